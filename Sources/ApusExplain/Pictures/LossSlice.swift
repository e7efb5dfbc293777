public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// The loss as one weight varies and all others stay: the tangent is the gradient, a secant its
/// estimate by a difference, and a step of gradient descent goes along (LESSONS 3.9, deck 003·10).
public struct LossSlice: Sendable {
  public struct Settings: Hashable, Sendable {
    /// How far to both sides of the weight; nil to choose.
    public var reach: Double?
    /// The ε of the secant; nil for a quarter of the reach, which can be seen.
    public var epsilon: Double?
    public var learningRate = 0.1

    public init() {}
  }

  public let place: ParameterPlace
  public let weight: Double
  public let loss: Double
  /// By backpropagation.
  public let slope: Double
  public let epsilon: Double
  /// (J(w + ε) − J(w)) / ε
  public let secantSlope: Double
  /// Where a step of gradient descent lands when only this weight moves, and the loss there.
  public let next: (weight: Double, loss: Double)
  private let curve: [Point]
  private let learningRate: Double
  private let lossWords: String
  private let subtitle: String

  /// Farther from a weight there is nothing to be seen.
  static let farthest = 1e30

  public init(
    _ network: Network, at place: ParameterPlace, loss: any Loss, on rows: Dataset,
    settings: Settings = Settings(), subtitle: String
  ) throws {
    let cost = try NetworkCost(network, loss: loss, on: rows)
    let parameters = cost.parameters
    weight = parameters.value(at: place)
    self.loss = try cost(parameters)
    slope = try cost.gradient(at: parameters).value(at: place)
    let step = settings.learningRate * slope
    // The step shall be seen, and with a slope near zero the weight's own size says what is far.
    let reach = settings.reach ?? max(1.6 * step.magnitude, max(weight.magnitude, 0.5))
    epsilon = settings.epsilon ?? reach / 4
    guard reach <= Self.farthest else {
      throw PictureError(
        "a slice reaches at most \(Self.farthest) to both sides; found \(reach)")
    }
    guard reach > 0, epsilon > 0, weight.isFinite, slope.isFinite else {
      throw PictureError("the weight or its gradient is not a finite number", kind: .badData)
    }
    func value(_ weight: Double) throws -> Double {
      try cost(parameters.setting(place, to: weight))
    }
    let count = 96
    let start = weight
    curve = try (0...count).map { index in
      let w = start + reach * (2 * Double(index) / Double(count) - 1)
      return Point(w, try value(w))
    }
    secantSlope = (try value(weight + epsilon) - self.loss) / epsilon
    next = (weight - step, try value(weight - step))
    learningRate = settings.learningRate
    lossWords = loss.summary
    self.place = place
    self.subtitle = subtitle
  }

  public var figure: Figure {
    let x = Axis(fitting: "\(place)", curve.map(\.x) + [next.weight], margin: 0)
    let y = Axis(fitting: "loss J, all other weights fixed", curve.map(\.y) + [next.loss])
    let (low, high) = (x.range.lowerBound, x.range.upperBound)
    func line(_ slope: Double) -> [Point] {
      [low, high].map { Point($0, loss + slope * ($0 - weight)) }
    }
    let far = Point(weight + epsilon, loss + secantSlope * epsilon)
    let chart = Chart(
      x: x, y: y,
      series: [
        ChartSeries("loss", curve, .line(width: 2.2), .series(0)),
        ChartSeries(
          "tangent: the gradient", line(slope), .line(width: 1.5, dashes: [7, 4]), .series(1)),
        ChartSeries(
          "secant: (J(w+ε) − J(w))/ε", line(secantSlope), .line(width: 1.5, dashes: [2, 3]),
          .series(2)),
        ChartSeries(nil, [far], .symbols(.diamond, radius: 3.5), .series(2)),
        ChartSeries(
          "after one step", [Point(next.weight, next.loss)], .symbols(.square, radius: 4.5),
          .series(3)),
        ChartSeries("now", [Point(weight, loss)], .symbols(.disc, radius: 4.5), .foreground),
      ])
    return Figure(
      title: "Loss over one weight", subtitle: "\(subtitle) · loss is the \(lossWords)",
      caption: caption, charts: [chart], table: table)
  }

  private var caption: String {
    let number = { NumberFormat.pictured($0, digits: 5) }
    let predicted = loss + slope * (next.weight - weight)
    return "At \(place) = \(number(weight)) the loss is \(number(loss)) and its slope "
      + "\(number(slope)); a difference with ε = \(number(epsilon)) says \(number(secantSlope)). "
      + "A step with learning rate \(number(learningRate)) goes to \(number(next.weight)): the "
      + "tangent predicts \(number(predicted)), the loss there is \(number(next.loss)). "
      + "This is a slice through one weight, not the whole surface."
  }

  private var table: FigureTable {
    FigureTable(
      ["\(place)", "loss", "tangent", "secant"],
      rows: curve.map { point in
        [
          .number(point.x), .number(point.y), .number(loss + slope * (point.x - weight)),
          .number(loss + secantSlope * (point.x - weight)),
        ]
      })
  }
}
