public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// What a network says at every place of the plane, with the rows that it learned from
/// (LESSONS 3.2).
public struct DecisionBoundary: Sendable {
  /// Rows of one part of the data: training, test.
  public struct Part: Sendable {
    public let name: String
    public let rows: Dataset

    public init(_ name: String, _ rows: Dataset) {
      self.name = name
      self.rows = rows
    }
  }

  private struct Row {
    let point: Point
    let truth: Int
    let predicted: Int
    let probability: Double
    let part: Int
  }

  /// Places along each side of the picture.
  private static let resolution = 121
  /// Lines z = 0 of more hidden units would hide what they explain.
  private static let mostHiddenLines = 12

  private let network: Network
  private let parts: [Part]
  private let classes: [String]
  private let features: [String]
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  /// Probabilities of every class at every place, from the lowest row up.
  private let field: [[Double]]
  private let rows: [Row]
  private let probe: NetworkProbe

  /// - Throws: when the data do not have two features and classes to tell apart.
  public init(_ network: Network, parts: [Part]) throws {
    guard let first = parts.first?.rows, first.count > 0 else {
      throw PictureError("there are no rows to draw", kind: .badData)
    }
    guard first.featureCount == 2 else {
      throw PictureError(
        "a boundary is drawn in the plane of two features; \(first.name) has \(first.featureCount)",
        kind: .badData)
    }
    guard case .classification(let classes) = first.task else {
      throw PictureError(
        "a boundary lies between classes; \(first.name) is \(first.task.kind)", kind: .badData)
    }
    self.network = network
    self.parts = parts
    self.classes = classes
    features = first.featureNames
    let points = parts.flatMap { Self.points(of: $0.rows) }
    (x, y) = (Self.range(points.map(\.x)), Self.range(points.map(\.y)))
    field = try Self.probabilities(network, at: Self.places(x, y), like: first)
    var rows: [Row] = []
    for (index, part) in parts.enumerated() {
      let places = Self.points(of: part.rows)
      let said = try Self.probabilities(network, at: places, like: first)
      for (row, truth) in (part.rows.classIndices ?? []).enumerated() {
        let best = Self.largest(said[row])
        rows.append(
          Row(
            point: places[row], truth: Int(truth), predicted: best, probability: said[row][best],
            part: index))
      }
    }
    self.rows = rows
    probe = try NetworkProbe(network, on: first.prefix(1), loss: nil)
  }

  private static func points(of dataset: Dataset) -> [Point] {
    let values = dataset.features.doubles()
    return (0..<dataset.count).map { position in
      let start = dataset.storedRow(position) * 2
      return Point(values[start], values[start + 1])
    }
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let room = max((high - low) * 0.15, high > low ? 0 : 0.5)
    return low - room...high + room
  }

  private static func places(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> [Point] {
    let last = Double(resolution - 1)
    return (0..<resolution * resolution).map { index in
      let (column, row) = (Double(index % resolution), Double(index / resolution))
      return Point(
        x.lowerBound + (x.upperBound - x.lowerBound) * column / last,
        y.lowerBound + (y.upperBound - y.lowerBound) * row / last)
    }
  }

  /// Probabilities of all classes; where the loss knows none, 1 for the class that is said.
  private static func probabilities(
    _ network: Network, at points: [Point], like dataset: Dataset
  ) throws -> [[Double]] {
    let features = TensorData(
      doubles: points.flatMap { [$0.x, $0.y] }, shape: [points.count, 2], dtype: .float32)
    let rows = try Dataset(
      name: dataset.name, features: features, featureNames: dataset.featureNames,
      scale: dataset.scale, targets: TensorData(zeros: [points.count], dtype: .int32),
      task: dataset.task)
    let predictions = try network.predictions(for: rows)
    let hasProbabilities = (try? predictions.probabilities(ofRow: 0)) != nil
    return try (0..<predictions.count).map { row in
      if hasProbabilities { return try predictions.probabilities(ofRow: row) }
      var said = [Double](repeating: 0, count: dataset.task.names.count)
      said[predictions.classIndex(ofRow: row)] = 1
      return said
    }
  }

  private static func largest(_ values: [Double]) -> Int {
    values.indices.max { values[$0] < values[$1] } ?? 0
  }

  // MARK: Picture

  public var figure: Figure {
    let chart = Chart(
      x: Axis(features[0], x), y: Axis(features[1], y), ground: ground,
      series: levels + hiddenLines + signs, isEven: isEven)
    return Figure(
      title: "Decision boundary",
      subtitle: NetworkWords.line(
        data: parts[0].rows.name + " (\(NumberFormat.grouped(rows.count)) rows)", network,
        probe.layers), caption: caption, charts: [chart],
      chartSize: Size(560, isEven ? min(max(520 * height / width, 160), 480) + 58 : 420),
      table: table)
  }

  /// Rows on the side of their class.
  var rightCount: Int { rows.count { $0.truth == $0.predicted } }
  var rowCount: Int { rows.count }

  private var width: Double { x.upperBound - x.lowerBound }
  private var height: Double { y.upperBound - y.lowerBound }

  /// Features of one unit, as points of the plane have, are drawn with one scale.
  private var isEven: Bool {
    max(width, height) < 3 * min(width, height)
  }

  /// The class that is said, the surer the stronger; in eight steps.
  private var ground: ChartGround {
    let fewest = 1 / Double(classes.count)
    let n = Self.resolution
    let inks = (0..<n * n).map { index -> Ink in
      let said = field[(n - 1 - index / n) * n + index % n]
      let best = Self.largest(said)
      let sureness = (said[best] - fewest) / (1 - fewest)
      let step = (min(max(sureness.isNaN ? 0 : sureness, 0), 1) * 8).rounded() / 8
      return .tint(.series(best), 0.08 + 0.30 * step)
    }
    return ChartGround(columns: n, rows: n, inks: inks)
  }

  private func contour(_ values: [Double], _ level: Double) -> [Point] {
    Contours.lines(
      of: values, columns: Self.resolution, rows: Self.resolution, level: level, x: x, y: y)
  }

  private var levels: [ChartSeries] {
    guard classes.count == 2 else { return borders }
    let second = field.map { $0[1] }
    let hasDegrees = second.contains { $0 > 0.05 && $0 < 0.95 }
    let faint = [0.25, 0.75].map { level in
      ChartSeries(
        level == 0.25 ? "p = ¼ and ¾" : nil, contour(second, level),
        .line(width: 1.1, dashes: [5, 4]), .foreground)
    }
    let middle = ChartSeries("p = ½", contour(second, 0.5), .line(width: 2), .foreground)
    return (hasDegrees ? faint : []) + [middle]
  }

  /// Where the class that is said changes.
  private var borders: [ChartSeries] {
    let border = classes.indices.flatMap { index -> [Point] in
      let lead = field.map { said in
        said[index] - (said.indices.filter { $0 != index }.map { said[$0] }.max() ?? 0)
      }
      return contour(lead, 0) + [Point(.nan, .nan)]
    }
    return [ChartSeries("boundary", border, .line(width: 1.6), .foreground)]
  }

  /// z = 0 of each unit of the first layer, when there is a layer behind it.
  private var hiddenLines: [ChartSeries] {
    guard probe.layers.count > 1, let layer = probe.layers.first, layer.inputs == 2,
      layer.units <= Self.mostHiddenLines
    else { return [] }
    return (0..<layer.units).compactMap { unit in
      line(of: layer, unit).flatMap { line in
        let points = ends(of: line)
        return points.isEmpty
          ? nil
          : ChartSeries(
            unit == 0 ? "z = 0 of a hidden unit" : nil, points, .line(width: 1.2, dashes: [2, 3]),
            .muted)
      }
    }
  }

  /// The line α·x1 + β·x2 + γ = 0 on which a unit's net input is 0, in the data's own units.
  private struct Line {
    let alpha: Double
    let beta: Double
    let gamma: Double
  }

  private func line(of layer: NetworkProbe.Layer, _ unit: Int) -> Line? {
    line(
      Array(layer.weight[unit * 2..<unit * 2 + 2]),
      layer.bias.indices.contains(unit) ? layer.bias[unit] : 0)
  }

  /// Of weights for prepared features x′ = (x − offset)·factor.
  private func line(_ weight: [Double], _ bias: Double) -> Line? {
    let preparation = (try? network.preprocessing) ?? .identity
    let factors = (0..<2).map {
      preparation.factors.count == 1 ? preparation.factors[0] : preparation.factors[$0]
    }
    let offsets = preparation.offsets.isEmpty ? [0, 0] : preparation.offsets
    let (alpha, beta) = (weight[0] * factors[0], weight[1] * factors[1])
    guard alpha != 0 || beta != 0 else { return nil }
    return Line(alpha: alpha, beta: beta, gamma: bias - alpha * offsets[0] - beta * offsets[1])
  }

  /// Where a line enters and leaves the picture.
  private func ends(of line: Line) -> [Point] {
    let middle = Point((x.lowerBound + x.upperBound) / 2, (y.lowerBound + y.upperBound) / 2)
    let square = line.alpha * line.alpha + line.beta * line.beta
    let distance = (line.alpha * middle.x + line.beta * middle.y + line.gamma) / square
    let foot = Point(middle.x - distance * line.alpha, middle.y - distance * line.beta)
    let reach = (x.upperBound - x.lowerBound + y.upperBound - y.lowerBound) / square.squareRoot()
    let along = reach * Point(-line.beta, line.alpha)
    let frame = Rect(
      x.lowerBound, y.lowerBound, x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    return frame.cut(foot - along, foot + along).map { [$0, $1] } ?? []
  }

  private var signs: [ChartSeries] {
    var series: [ChartSeries] = []
    for (partIndex, part) in parts.enumerated() {
      for (index, name) in classes.enumerated() {
        let points = rows.filter { $0.truth == index && $0.part == partIndex }.map(\.point)
        guard !points.isEmpty else { continue }
        let suffix = parts.count > 1 ? ", \(part.name)" : ""
        series.append(
          ChartSeries(
            "\(name)\(suffix)", points,
            .symbols(.of(class: index), radius: partIndex == 0 && parts.count > 1 ? 2.6 : 3.8),
            .series(index)))
      }
    }
    let wrong = rows.filter { $0.truth != $0.predicted }.map(\.point)
    if !wrong.isEmpty {
      series.append(ChartSeries("wrong", wrong, .symbols(.ring, radius: 6), .foreground))
    }
    return series
  }

  // MARK: Words

  private var caption: String {
    let wrong = rows.count - rightCount
    let share = Double(rightCount) / Double(max(rows.count, 1))
    var sentences = [
      "\(NumberFormat.grouped(rows.count - wrong)) of \(NumberFormat.grouped(rows.count)) rows "
        + "(\(NumberFormat.percent(share))) lie on the side of their class; wrong ones are ringed."
    ]
    if let equation { sentences.append("The boundary is the line \(equation).") }
    if !hiddenLines.isEmpty {
      sentences.append(
        "\(probe.layers[0].units) hidden units bend it, each along its line z = 0.")
    }
    return sentences.joined(separator: " ")
  }

  /// Of a network of one layer, for two classes: one neuron, or the difference of two.
  private var equation: String? {
    guard probe.layers.count == 1, classes.count == 2, let layer = probe.layers.first else {
      return nil
    }
    let line: Line?
    if layer.units == 1 {
      line = self.line(of: layer, 0)
    } else {
      let bias = layer.bias.isEmpty ? [0, 0] : layer.bias
      line = self.line(
        [layer.weight[2] - layer.weight[0], layer.weight[3] - layer.weight[1]], bias[1] - bias[0])
    }
    return line.map { line in
      let terms = [
        (line.alpha, "·" + features[0]), (line.beta, "·" + features[1]), (line.gamma, ""),
      ]
      var text = ""
      for (value, suffix) in terms {
        let sign = value < 0 ? "−" : "+"
        text += text.isEmpty ? (value < 0 ? "−" : "") : " \(sign) "
        text += NumberFormat.pictured(value.magnitude) + suffix
      }
      return text + " = 0"
    }
  }

  private var table: FigureTable {
    FigureTable(
      [features[0], features[1], "part", "class", "predicted", "probability"],
      rows: rows.map { row in
        [
          .number(row.point.x), .number(row.point.y), .text(parts[row.part].name),
          .text(classes[row.truth]), .text(classes[row.predicted]), .number(row.probability),
        ]
      })
  }
}
