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

/// The plane of the inputs as a hidden layer sees it: two of its units are the new axes, and a grid
/// of straight lines is bent (LESSONS 3.13).
public struct LayerWarp: Sendable {
  private static let lines = 13
  private static let pointsOfALine = 61

  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  private let features: [String]
  private let classes: [String]
  private let rows: [(input: Point, hidden: Point, truth: Int)]
  private let grid: [(input: [Point], hidden: [Point], isUpright: Bool)]
  private let layer: NetworkProbe.Layer
  private let units: (Int, Int)
  private let subtitle: String

  /// - Parameters:
  ///   - layer: its name; nil for the first.
  ///   - units: which two of its units are the axes, counted from 0.
  /// - Throws: when the data have not two features and classes, or the layer not the units.
  public init(
    _ network: Network, on dataset: Dataset, layer name: String? = nil, units: (Int, Int) = (0, 1),
    subtitle: String
  ) throws {
    guard dataset.featureCount == 2, let truths = dataset.classIndices else {
      throw PictureError(
        "a plane is warped: the data need two features and classes; \(dataset.name) has "
          + "\(dataset.featureCount) and is \(dataset.task.kind)", kind: .badData)
    }
    let values = dataset.features.doubles()
    let inputs = (0..<dataset.count).map { position in
      let start = dataset.storedRow(position) * 2
      return Point(values[start], values[start + 1])
    }
    let (x, y) = (Self.range(inputs.map(\.x)), Self.range(inputs.map(\.y)))
    let grid = Self.grid(x, y)
    let places = inputs + grid.flatMap(\.points)
    let features = TensorData(places.flatMap { [$0.x, $0.y] }, shape: [places.count, 2])
    let all = try Dataset(
      name: dataset.name, features: features, scale: dataset.scale,
      targets: TensorData(zeros: [places.count], dtype: .int32), task: dataset.task)
    let probe = try NetworkProbe(network, on: all, loss: nil)
    let layer = try probe.layer(named: name)
    guard units.0 != units.1, (0..<layer.units).contains(units.0),
      (0..<layer.units).contains(units.1)
    else {
      throw PictureError(
        "\(layer.name) has \(layer.units) unit\(layer.units == 1 ? "" : "s"), counted from 0; "
          + "\(units.0) and \(units.1) cannot be the axes")
    }
    func hidden(_ index: Int) -> Point {
      Point(
        layer.outputs[index * layer.units + units.0], layer.outputs[index * layer.units + units.1])
    }
    rows = inputs.indices.map { (inputs[$0], hidden($0), Int(truths[$0])) }
    self.grid = grid.enumerated().map { index, line in
      let first = inputs.count + index * Self.pointsOfALine
      return (line.points, line.points.indices.map { hidden(first + $0) }, line.isUpright)
    }
    (self.x, self.y, self.layer, self.units, self.subtitle) = (x, y, layer, units, subtitle)
    self.features = dataset.featureNames
    classes = dataset.task.names
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let room = max((high - low) * 0.12, high > low ? 0 : 0.5)
    return low - room...high + room
  }

  private static func grid(
    _ x: ClosedRange<Double>, _ y: ClosedRange<Double>
  ) -> [(points: [Point], isUpright: Bool)] {
    func place(_ share: Double, _ range: ClosedRange<Double>) -> Double {
      range.lowerBound + share * (range.upperBound - range.lowerBound)
    }
    return [true, false].flatMap { isUpright in
      (0..<lines).map { line in
        let fixed = Double(line) / Double(lines - 1)
        let points = (0..<pointsOfALine).map { step in
          let along = Double(step) / Double(pointsOfALine - 1)
          return isUpright
            ? Point(place(fixed, x), place(along, y)) : Point(place(along, x), place(fixed, y))
        }
        return (points, isUpright)
      }
    }
  }

  public var figure: Figure {
    let hidden = grid.flatMap(\.hidden) + rows.map(\.hidden)
    let charts = [
      chart("the inputs", Axis(features[0], x), Axis(features[1], y), \.input, \.input),
      chart(
        "as \(layer.name) sees them", Axis(fitting: "unit \(units.0)", hidden.map(\.x)),
        Axis(fitting: "unit \(units.1)", hidden.map(\.y)), \.hidden, \.hidden),
    ]
    return Figure(
      title: "A layer bends the plane", subtitle: subtitle, caption: caption, charts: charts,
      columns: 2, chartSize: Size(308, 300), table: table)
  }

  private func chart(
    _ heading: String, _ x: Axis, _ y: Axis,
    _ line: (((input: [Point], hidden: [Point], isUpright: Bool)) -> [Point]),
    _ point: (((input: Point, hidden: Point, truth: Int)) -> Point)
  ) -> Chart {
    let lines = grid.enumerated().map { index, item in
      ChartSeries(
        index == 0 ? "grid, upright" : index == Self.lines ? "grid, level" : nil, line(item),
        .line(width: 0.8, dashes: item.isUpright ? [] : [3, 2]), .faded(.muted, 0.8))
    }
    let signs = classes.indices.map { index in
      ChartSeries(
        classes[index], rows.filter { $0.truth == index }.map(point),
        .symbols(.of(class: index), radius: 3.2), .series(index))
    }
    return Chart(heading: heading, x: x, y: y, series: lines + signs)
  }

  /// The largest share of rows that lie on the right side of one line, among lines of 360
  /// directions; nil unless there are two classes.
  private func separable(_ points: [Point]) -> Double? {
    guard classes.count == 2, !rows.isEmpty else { return nil }
    let ones = rows.count { $0.truth == 1 }
    var best = max(ones, rows.count - ones)
    for direction in 0..<360 {
      let angle = Double(direction) * .pi / 180
      let (across, up) = (cos(angle), sin(angle))
      let order = points.indices.map { (points[$0].x * across + points[$0].y * up, rows[$0].truth) }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      // Ones beyond the line and zeros before it are right.
      var right = ones
      for (index, (place, truth)) in order.enumerated() {
        right += truth == 1 ? -1 : 1
        let isGap = index + 1 == order.count || order[index + 1].0 > place
        if isGap { best = max(best, right) }
      }
    }
    return Double(best) / Double(rows.count)
  }

  private var caption: String {
    var text =
      "\(layer.units) \(layer.activation) units of \(layer.name) see the plane; two of "
      + "them are the axes on the right."
    if let before = separable(rows.map(\.input)), let after = separable(rows.map(\.hidden)) {
      text +=
        " The best line puts \(NumberFormat.percent(before, digits: 1)) of the rows on the side of "
        + "their class before and \(NumberFormat.percent(after, digits: 1)) after."
    }
    return text
  }

  private var table: FigureTable {
    FigureTable(
      [features[0], features[1], "unit \(units.0)", "unit \(units.1)", "class"],
      rows: rows.map { row in
        [
          .number(row.input.x), .number(row.input.y), .number(row.hidden.x), .number(row.hidden.y),
          .text(classes[row.truth]),
        ]
      })
  }
}
