public import ApusData
public import ApusDrawing
internal import ApusGraph
internal import ApusLayers
internal import ApusTraining

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A step unit with the perceptron rule beside a sigmoid unit with gradient descent, on the same
/// rows (LESSONS 3.15, deck 003·02–03).
public struct PerceptronFigure: Sendable {
  private let points: [Point]
  private let labels: [Int]
  private let features: [String]
  private let classes: [String]
  private let name: String
  private let step: Perceptron
  private let mistakes: [Int]
  private let hasConverged: Bool
  /// Weights and bias of the sigmoid unit.
  private let sigmoid: [Double]
  private let losses: [Double]

  /// - Parameter epochs: passes over the rows, at most, for both units.
  /// - Throws: when the rows have not two features and two classes.
  public init(_ rows: Dataset, epochs: Int) throws {
    guard rows.featureCount == 2, let truths = rows.classIndices, rows.task.names.count == 2 else {
      throw PictureError(
        "the units are drawn in the plane of two features with two classes; \(rows.name) has "
          + "\(rows.featureCount) features and is \(rows.task.kind) of \(rows.task.names.count)",
        kind: .badData)
    }
    let values = rows.features.doubles()
    points = (0..<rows.count).map { position in
      let start = rows.storedRow(position) * 2
      return Point(values[start], values[start + 1])
    }
    labels = truths.map { Int($0) }
    features = rows.featureNames
    classes = rows.task.names
    name = rows.name
    var unit = Perceptron(inputs: 2)
    let data = TensorData(points.flatMap { [$0.x, $0.y] }, shape: [points.count, 2])
    let history = try unit.fit(data, labels: labels, epochs: epochs)
    step = unit
    mistakes = history.mistakes
    hasConverged = history.hasConverged
    var network = try Network(
      Dense(1, activation: .sigmoid, weightInitializer: .zeros), inputShape: [2])
    network.remember(rows, .identity, loss: .binaryCrossEntropy)
    let course = try network.fit(
      rows, loss: .binaryCrossEntropy, optimizer: SGD(learningRate: 0.5), batchSize: nil,
      epochs: epochs)
    losses = course.train("loss")
    sigmoid = network.parameters.entries.flatMap { $0.value.doubles() }
  }

  public var figure: Figure {
    let axes = (
      Axis(fitting: features[0], points.map(\.x), margin: 0.15),
      Axis(fitting: features[1], points.map(\.y), margin: 0.15)
    )
    let plane = Chart(
      heading: "the rows and both lines z = 0", x: axes.0, y: axes.1,
      series: signs + [
        line(step.weights + [step.bias], "step unit", [], .series(3)),
        line(sigmoid, "sigmoid unit", [6, 3], .series(2)),
      ])
    let rules = Chart(
      heading: "wrong answers of the step unit",
      x: Axis(fitting: "epoch", (1...max(mistakes.count, 1)).map(Double.init)),
      y: Axis(fitting: "", mistakes.map(Double.init), including: [0]),
      series: [.line(nil, mistakes.map(Double.init), .series(3))])
    let descent = Chart(
      heading: "loss of the sigmoid unit",
      x: Axis(fitting: "epoch", (1...max(losses.count, 1)).map(Double.init)),
      y: Axis(fitting: "", losses, including: [0]),
      series: [.line(nil, losses, dashes: [6, 3], .series(2))])
    return Figure(
      title: "Perceptron and sigmoid unit",
      subtitle: "\(name) (\(points.count) rows) · 2-1 · both start from zero weights",
      caption: caption, charts: [plane, morph, rules, descent], columns: 2,
      chartSize: Size(308, 240), table: table)
  }

  private var signs: [ChartSeries] {
    classes.indices.map { index in
      ChartSeries(
        "class \(classes[index])", zip(points, labels).filter { $0.1 == index }.map(\.0),
        .symbols(.of(class: index), radius: 3.4), .series(index))
    }
  }

  private func line(
    _ weights: [Double], _ name: String, _ dashes: [Double], _ ink: Ink
  ) -> ChartSeries {
    let (a, b, c) = (weights[0], weights[1], weights[2])
    let square = a * a + b * b
    let foot = square > 0 ? -c / square * Point(a, b) : Point(.nan, .nan)
    let reach = points.map { ($0 - foot).length }.max().map { 3 * $0 } ?? 1
    let along = reach / square.squareRoot() * Point(-b, a)
    return ChartSeries(name, [foot - along, foot + along], .line(width: 2, dashes: dashes), ink)
  }

  /// σ(kz) becomes the step as k grows.
  private var morph: Chart {
    let places = (0...240).map { -4 + Double($0) / 30 }
    let curves = [1.0, 3, 20].enumerated().map { index, k in
      ChartSeries(
        "σ(\(Int(k))z)", places.map { Point($0, 1 / (1 + exp(-k * $0))) },
        .line(width: 1.6, dashes: [[], [5, 3], [2, 3]][index]), .series(4 + index % 3))
    }
    return Chart(
      heading: "σ(kz) becomes the step", x: Axis("z", -4...4), y: Axis("", -0.04...1.04),
      series: curves)
  }

  private func right(_ weights: [Double]) -> Int {
    zip(points, labels).count { point, label in
      (weights[0] * point.x + weights[1] * point.y + weights[2] > 0 ? 1 : 0) == label
    }
  }

  private var caption: String {
    let count = points.count
    let first =
      hasConverged
      ? "The step unit is without a mistake after \(mistakes.count) epochs"
      : "The step unit still makes \(mistakes.last ?? 0) mistakes in epoch \(mistakes.count), as "
        + "where no line separates the classes"
    return "\(first): \(step.boundary). The sigmoid unit gets \(right(sigmoid)) of \(count) rows "
      + "right with loss \(NumberFormat.pictured(losses.last ?? .nan)). The step's slope is 0 "
      + "nearly everywhere, so backpropagation could not have trained it."
  }

  private var table: FigureTable {
    FigureTable(
      ["epoch", "step unit: wrong", "sigmoid unit: loss"],
      rows: (0..<max(mistakes.count, losses.count)).map { index in
        [
          .integer(index + 1),
          mistakes.indices.contains(index) ? .integer(mistakes[index]) : .missing,
          losses.indices.contains(index) ? .number(losses[index]) : .missing,
        ]
      })
  }
}
