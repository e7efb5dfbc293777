public import ApusDrawing
internal import ApusEngine
internal import ApusGraph
public import ApusLayers

/// An activation with its derivative over a range of net inputs, a point with its tangent, and where
/// the net inputs of a layer lie (LESSONS 3.8).
public struct ActivationFigure: Sendable {
  /// A layer's own net inputs, for the histogram below the curves.
  public struct Distribution: Sendable {
    public let title: String
    public let netInputs: [Double]

    public init(title: String, netInputs: [Double]) {
      self.title = title
      self.netInputs = netInputs.filter(\.isFinite)
    }
  }

  /// One function at many places.
  public struct Course: Sendable {
    public let name: String
    /// What stands behind z among the arguments: `, 0, 0` for functions of a row.
    let otherArguments: String
    public let z: [Double]
    public let values: [Double]
    public let slopes: [Double]
  }

  /// The axis of lecture deck 003.
  public static let usualRange = -7.0...7.0

  public let courses: [Course]
  public let range: ClosedRange<Double>
  private let at: Double?
  private let points: [(value: Double, slope: Double)]
  private let distribution: Distribution?

  /// - Parameters:
  ///   - at: where the point with the tangent is; nil for none.
  /// - Throws: for a range that is none.
  public init(
    _ activations: [Activation], range: ClosedRange<Double> = usualRange, at: Double? = nil,
    distribution: Distribution? = nil
  ) throws {
    guard range.lowerBound < range.upperBound, (range.upperBound - range.lowerBound).isFinite
    else {
      throw PictureError("the range of z must be two finite numbers, the smaller first")
    }
    self.range = range
    self.at = at
    self.distribution = distribution
    let count = 560
    let places = (0...count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * (Double($0) / Double(count))
    }
    courses = try activations.map { try Self.course($0, at: places) }
    points =
      try at.map { z in
        try activations.map { activation in
          let course = try Self.course(activation, at: [z])
          return (course.values[0], course.slopes[0])
        }
      } ?? []
  }

  /// Values and slopes by the graph itself, so that kinks have the slope that training uses.
  private static func course(_ activation: Activation, at places: [Double]) throws -> Course {
    // A function of a whole row is shown by its first number while the others stay 0.
    let isOfRow = ["softmax", "log_softmax"].contains(activation.name)
    let width = isOfRow ? rowWidth : 1
    let built = try LayerModel(activation).build(
      for: [InputSpec("z", shape: [width])], mode: .inference)
    let first = built.graph.input("first", Shape([.n, Dimension(width)]))
    let slope = built.graph.gradient(of: (built.outputs[0] * first).sum(), with: built.inputs[0])
    if let mistake = built.graph.mistake { throw mistake }
    func columns(_ values: [Double]) -> TensorData {
      TensorData(
        values.flatMap { [$0] + [Double](repeating: 0, count: width - 1) },
        shape: [values.count, width])
    }
    var feeds = [
      built.inputs[0]: columns(places),
      first: columns([Double](repeating: 1, count: places.count)),
    ]
    for spec in built.parameters {
      if let variable = built.variable(spec.path) {
        feeds[variable] = try spec.initialValue(seed: 0)
      }
    }
    let results = try built.graph.evaluate([built.outputs[0], slope], feeding: feeds).map {
      result in
      let numbers = result.doubles()
      return stride(from: 0, to: numbers.count, by: width).map { numbers[$0] }
    }
    return Course(
      name: activation.text, otherArguments: String(repeating: ", 0", count: width - 1), z: places,
      values: results[0], slopes: results[1])
  }

  /// Net inputs of a row for functions of all of them.
  private static let rowWidth = 3

  public var figure: Figure {
    let values = chart("value a(z)", courses.map { ($0.name, $0.values) }, isSlope: false)
    let slopes = chart("slope a′(z)", courses.map { ($0.name, $0.slopes) }, isSlope: true)
    return Figure(
      title: courses.count == 1 ? "Activation \(courses[0].name)" : "Activations",
      subtitle: subtitle, caption: caption, charts: [values, slopes] + histogram, columns: 2,
      chartSize: Size(308, 250), table: table)
  }

  private var subtitle: String {
    let span =
      "z from \(NumberFormat.pictured(range.lowerBound)) to "
      + NumberFormat.pictured(range.upperBound)
    let rows = courses.filter { !$0.otherArguments.isEmpty }.map {
      "\($0.name) is the first number of \($0.name)(z\($0.otherArguments))"
    }
    return ([span] + rows + [distribution?.title]).compactMap { $0 }.joined(separator: " · ")
  }

  private static let dashes: [[Double]] = [[], [7, 3], [2, 3], [9, 3, 2, 3]]

  private func chart(
    _ heading: String, _ curves: [(name: String, values: [Double])], isSlope: Bool
  ) -> Chart {
    var series = curves.enumerated().map { index, curve in
      ChartSeries(
        curve.name, Self.broken(courses[index].z, curve.values),
        .line(width: 2, dashes: Self.dashes[index % Self.dashes.count]), .series(index))
    }
    var notes: [Note] = []
    var all = curves.flatMap(\.values)
    if let at, range.contains(at) {
      for (index, point) in points.enumerated() {
        let y = isSlope ? point.slope : point.value
        if !isSlope { series.append(tangent(point, at, index)) }
        notes.append(
          Note(
            isSlope
              ? "slope \(NumberFormat.pictured(y))"
              : "(\(NumberFormat.pictured(at)), \(NumberFormat.pictured(y)))",
            at: Point(at, y), ink: .series(index)))
      }
    }
    var rules: [Rule] = []
    if isSlope, curves.contains(where: { $0.name == "sigmoid" }) {
      rules.append(
        Rule(.horizontal, at: 0.25, "σ′ ≤ 0.25", Stroke(.muted, width: 1.2, dashes: [4, 3])))
      all.append(0.25)
    }
    return Chart(
      heading: heading, x: Axis("z", range),
      y: Axis(fitting: "", all, including: [0], margin: 0.06), series: series, rules: rules,
      notes: notes)
  }

  /// The tangent as far as it stays near the curve's own values.
  private func tangent(
    _ point: (value: Double, slope: Double), _ at: Double, _ index: Int
  ) -> ChartSeries {
    let reach = (range.upperBound - range.lowerBound) * 0.22
    let ends = [max(at - reach, range.lowerBound), min(at + reach, range.upperBound)]
    return ChartSeries(
      index == 0 ? "tangent" : nil,
      ends.map { Point($0, point.value + point.slope * ($0 - at)) },
      .line(width: 1.4, dashes: [4, 3]), .foreground)
  }

  /// A jump, as of the step, is a gap and not an upright line.
  private static func broken(_ z: [Double], _ values: [Double]) -> [Point] {
    let finite = values.filter(\.isFinite)
    let span = (finite.max() ?? 0) - (finite.min() ?? 0)
    var points: [Point] = []
    for (index, value) in values.enumerated() {
      if index > 0, (value - values[index - 1]).magnitude > 0.2 * span, span > 0 {
        points.append(Point(.nan, .nan))
      }
      points.append(Point(z[index], value))
    }
    return points
  }

  // MARK: The layer's own net inputs

  private var histogram: [Chart] {
    guard let distribution else { return [] }
    let bins = Histogram(distribution.netInputs, range: range, count: 42)
    let bars = ChartSeries(
      "net inputs z", bins.points, .bars(width: bins.width), .tint(.series(0), 0.7))
    return [
      Chart(
        heading: "where the layer's z lie", x: Axis("z", range),
        y: Axis(fitting: "share of values", bins.points.map(\.y), including: [0]), series: [bars])
    ]
  }

  /// `sigmoid(2.6) = 0.9309 with slope 0.06436. 12 % of the layer's z have a slope below 0.01.`
  private var caption: String {
    var sentences: [String] = []
    if let at {
      for (course, point) in zip(courses, points) {
        sentences.append(
          "\(course.name)(\(NumberFormat.pictured(at))\(course.otherArguments)) = "
            + "\(NumberFormat.pictured(point.value, digits: 6)), slope "
            + "\(NumberFormat.pictured(point.slope, digits: 6)).")
      }
    } else {
      for course in courses {
        let steepest = course.slopes.indices.max { course.slopes[$0] < course.slopes[$1] } ?? 0
        sentences.append(
          "\(course.name) has its largest slope, "
            + "\(NumberFormat.pictured(course.slopes[steepest])), at z = "
            + "\(NumberFormat.pictured(course.z[steepest], digits: 3)).")
      }
    }
    if let distribution, let first = courses.first, let last = first.z.last {
      let shares = share(of: distribution.netInputs, first, last)
      sentences.append(
        "\(NumberFormat.percent(shares.flat, digits: 1)) of the layer's "
          + "\(NumberFormat.grouped(distribution.netInputs.count)) net inputs have a slope below "
          + "0.01; \(NumberFormat.percent(shares.outside, digits: 1)) lie outside the picture.")
    }
    return sentences.joined(separator: " ")
  }

  private func share(
    of netInputs: [Double], _ course: Course, _ last: Double
  ) -> (flat: Double, outside: Double) {
    guard !netInputs.isEmpty else { return (0, 0) }
    let step = (last - range.lowerBound) / Double(course.z.count - 1)
    let slopes = netInputs.map { z -> Double in
      let index = min(max((z - range.lowerBound) / step, 0), Double(course.z.count - 1))
      return course.slopes[Int(index.rounded())]
    }
    let count = Double(netInputs.count)
    return (
      Double(slopes.count { $0.magnitude < 0.01 }) / count,
      Double(netInputs.count { !range.contains($0) }) / count
    )
  }

  private var table: FigureTable {
    let columns = courses.flatMap { ["\($0.name)", "\($0.name) slope"] }
    let every = 20
    let rows = stride(from: 0, to: courses.first?.z.count ?? 0, by: every).map { index in
      [FigureTable.Cell.number(courses[0].z[index])]
        + courses.flatMap {
          [FigureTable.Cell.number($0.values[index]), .number($0.slopes[index])]
        }
    }
    return FigureTable(["z"] + columns, rows: rows)
  }
}
