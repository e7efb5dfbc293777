public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The loss over two weights while all others stay, with the way that gradient descent takes in
/// these two (LESSONS 3.9).
public struct LossContour: Sendable {
  public struct Settings: Hashable, Sendable {
    /// How far to both sides of each weight; nil for the way that is taken, or the weight's size.
    public var reach: Double?
    public var learningRate = 0.1
    public var steps = 40
    /// Rows of a step of a second way, which takes the rows in batches; nil for none.
    public var batchSize: Int?
    /// Of the order of the rows in batches.
    public var seed: UInt64 = 0

    public init() {}
  }

  /// The way that some steps of gradient descent take in two weights.
  public struct Way: Hashable, Sendable {
    /// From the weights as they are; the first point is where they stand.
    public let path: [Point]
    /// Of all rows, whatever rows the steps took.
    public let losses: [Double]
  }

  private static let resolution = 41

  public let places: [ParameterPlace]
  /// Each step with the gradient of all rows.
  public let way: Way
  /// Each step with the gradient of the next few rows; nil when it was not asked for.
  public let batchWay: Way?
  private let field: [Double]
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  private let settings: Settings
  private let lossWords: String
  private let subtitle: String

  public init(
    _ network: Network, over places: (ParameterPlace, ParameterPlace), loss: any Loss,
    on rows: Dataset, settings: Settings = Settings(), subtitle: String
  ) throws {
    guard places.0 != places.1 else {
      throw PictureError("a contour is over two different weights; \(places.0) is given twice")
    }
    guard settings.reach ?? 1 <= LossSlice.farthest else {
      throw PictureError("a contour reaches at most \(LossSlice.farthest) to both sides")
    }
    let cost = try NetworkCost(network, loss: loss, on: rows)
    let start = cost.parameters
    func parameters(_ point: Point) -> ParameterStore {
      start.setting(places.0, to: point.x).setting(places.1, to: point.y)
    }
    func way(_ slopes: (Int, ParameterStore) throws -> ParameterStore) throws -> Way {
      var path = [Point(start.value(at: places.0), start.value(at: places.1))]
      var losses = [try cost(start)]
      for step in 0..<settings.steps {
        let here = path[path.count - 1]
        let slopes = try slopes(step, parameters(here))
        let next = Point(
          here.x - settings.learningRate * slopes.value(at: places.0),
          here.y - settings.learningRate * slopes.value(at: places.1))
        guard next.isFinite, next.length < 1e12 else { break }
        path.append(next)
        losses.append(try cost(parameters(next)))
      }
      return Way(path: path, losses: losses)
    }
    let full = try way { try cost.gradient(at: $1) }
    let batches = try settings.batchSize.map {
      try BatchGradients(network, loss: loss, on: rows, size: $0, seed: settings.seed)
    }
    batchWay = try batches.map { batches in try way { try batches.gradient(at: $1, step: $0) } }
    let points = full.path + (batchWay?.path ?? [])
    (x, y) = (
      Self.range(points.map(\.x), settings.reach), Self.range(points.map(\.y), settings.reach)
    )
    let (x, y) = (x, y)
    let last = Double(Self.resolution - 1)
    field = try (0..<Self.resolution * Self.resolution).map { index in
      let (column, row) = (Double(index % Self.resolution), Double(index / Self.resolution))
      return try cost(
        parameters(
          Point(
            x.lowerBound + (x.upperBound - x.lowerBound) * column / last,
            y.lowerBound + (y.upperBound - y.lowerBound) * row / last)))
    }
    self.places = [places.0, places.1]
    self.way = full
    self.settings = settings
    lossWords = loss.summary
    self.subtitle = subtitle
  }

  private static func range(_ values: [Double], _ reach: Double?) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let middle = (low + high) / 2
    let room = reach ?? max(0.75 * (high - low), 0.6 * max((values.first ?? 0).magnitude, 0.5))
    return middle - room...middle + room
  }

  public var figure: Figure {
    let n = Self.resolution
    let finite = field.filter(\.isFinite).sorted()
    let (low, high) = (finite.first ?? 0, finite.last ?? 1)
    let inks = (0..<n * n).map { index -> Ink in
      let value = field[(n - 1 - index / n) * n + index % n]
      // The square root shows the valley, where most of the way is.
      let share = high > low ? ((value - low) / (high - low)).squareRoot() : 0
      return .ramp(0.85 * (share * 24).rounded() / 24)
    }
    let contours = Self.levels(finite).enumerated().map { index, level in
      ChartSeries(
        index == 0 ? "equal loss" : nil,
        Contours.lines(of: field, columns: n, rows: n, level: level, x: x, y: y), .line(width: 0.9),
        .faded(.foreground, 0.55))
    }
    var ways = Self.series(way, "gradient descent", .disc, .series(1))
    if let batchWay {
      ways =
        Self.series(
          batchWay, "in batches of \(settings.batchSize ?? 0)", .square, .series(2),
          dashes: [4, 2.5])
        + Self.series(way, "with all rows", .disc, .series(1))
    }
    ways.append(
      ChartSeries("now", [way.path[0]], .symbols(.diamond, radius: 5), .foreground))
    let chart = Chart(
      x: Axis("\(places[0])", x), y: Axis("\(places[1])", y),
      ground: ChartGround(columns: n, rows: n, inks: inks), series: contours + ways)
    return Figure(
      title: "Loss over two weights", subtitle: "\(subtitle) · loss is the \(lossWords)",
      caption: caption, charts: [chart], chartSize: Size(560, 440), table: table)
  }

  private static func series(
    _ way: Way, _ name: String, _ symbol: Symbol, _ ink: Ink, dashes: [Double] = []
  ) -> [ChartSeries] {
    [
      ChartSeries(nil, way.path, .line(width: 1.8, dashes: dashes), ink),
      ChartSeries(name, way.path, .symbols(symbol, radius: 2.8), ink),
    ]
  }

  /// Levels that as many places lie between.
  private static func levels(_ sorted: [Double]) -> [Double] {
    guard sorted.count > 10 else { return [] }
    return [0.02, 0.06, 0.12, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85].map {
      sorted[Int($0 * Double(sorted.count - 1))]
    }
  }

  private var caption: String {
    let number = { NumberFormat.pictured($0, digits: 4) }
    let least = field.filter(\.isFinite).min() ?? .nan
    return "The bluer, the larger the loss; the smallest of the picture is \(number(least)). "
      + "Gradient descent in these two weights alone, learning rate "
      + "\(number(settings.learningRate)), goes from \(number(way.losses[0])) to "
      + "\(number(way.losses.last ?? .nan)) in \(way.losses.count - 1) steps. \(batchWords)"
      + "All other weights stay: a slice, not the surface."
  }

  private var batchWords: String {
    guard let batchWay, let size = settings.batchSize else { return "" }
    let end = NumberFormat.pictured(batchWay.losses.last ?? .nan, digits: 4)
    return "In batches of \(size) as many steps look at fewer rows and end at \(end), the loss "
      + "of all rows: each batch pulls its own way. "
  }

  private var table: FigureTable {
    let ways = [("all rows", way)] + (batchWay.map { [("batches", $0)] } ?? [])
    return FigureTable(
      ["way", "step", "\(places[0])", "\(places[1])", "loss"],
      rows: ways.flatMap { name, way in
        way.path.indices.map { index in
          [
            .text(name), .integer(index), .number(way.path[index].x), .number(way.path[index].y),
            .number(way.losses[index]),
          ]
        }
      })
  }
}
