public import ApusData
public import ApusDrawing
internal import ApusGraph
public import ApusLayers
internal import ApusTraining

/// What every example asks of every parameter, −∂loss/∂w, and the mean of all (LESSONS 3.12, deck
/// 004·05).
public struct NudgeTable: Sendable {
  private static let mostExamples = 8
  private static let mostParameters = 24

  private struct Line {
    let name: String
    let nudges: [Double]
    var mean: Double { nudges.reduce(0, +) / Double(max(nudges.count, 1)) }
  }

  private let lines: [Line]
  private let left: Int
  /// Of each example's gradient with the mean one.
  private let cosines: [Double]
  private let subtitle: String

  /// - Throws: when there are more examples than can be seen.
  public init(
    _ network: Network, loss: any Loss, on rows: Dataset, subtitle: String
  ) throws {
    guard (1...Self.mostExamples).contains(rows.count) else {
      throw PictureError(
        "a table has 1 to \(Self.mostExamples) examples side by side; found \(rows.count)")
    }
    var columns: [[Double]] = []
    var names: [String] = []
    for row in 0..<Int32(rows.count) {
      let cost = try NetworkCost(network, loss: loss, on: rows.subset([row]))
      let slopes = try cost.gradient(at: cost.parameters)
      columns.append(slopes.entries.flatMap { $0.value.doubles().map { -$0 } })
      if names.isEmpty { names = slopes.entries.flatMap(Self.names) }
    }
    let all = names.indices.map { index in
      Line(name: names[index], nudges: columns.map { $0[index] })
    }
    let means = all.map(\.mean)
    cosines = columns.map { Self.cosine($0, means) }
    lines = all.count <= Self.mostParameters ? all : Self.strongest(all)
    left = all.count - lines.count
    self.subtitle = subtitle
  }

  private static func strongest(_ all: [Line]) -> [Line] {
    let kept = all.indices.sorted {
      (all[$0].mean.magnitude, all[$1].mean.magnitude, $1, $0)
        > (all[$1].mean.magnitude, all[$0].mean.magnitude, $0, $1)
    }
    return kept.prefix(mostParameters).sorted().map { all[$0] }
  }

  private static func names(_ entry: ParameterStore.Entry) -> [String] {
    (0..<entry.value.count).map { offset in
      var rest = offset
      let index = entry.value.shape.reversed().map { size -> Int in
        defer { rest /= max(size, 1) }
        return rest % max(size, 1)
      }
      return "\(entry.path)[\(index.reversed().map(String.init).joined(separator: ","))]"
    }
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let length = (product(a, a) * product(b, b)).squareRoot()
    return length > 0 ? product(a, b) / length : 0
  }

  private var largest: Double {
    max(lines.flatMap(\.nudges).lazy.map(\.magnitude).max() ?? 0, 1e-300)
  }

  public var figure: Figure {
    let names = 150.0
    let count = (lines.first?.nudges.count ?? 0) + 1
    let width = min((620 - names) / Double(max(count, 1)), 76)
    let height = 20.0
    var marks: [Mark] = []
    func cell(_ text: String, _ column: Int, _ row: Int, _ ground: Ink?) {
      let gap = column == count - 1 ? 8.0 : 0
      let frame = Rect(
        names + Double(column) * width + gap, Double(row) * height, width, height)
      if let ground { marks.append(.rectangle(frame.inset(by: 1), radius: 2, fill: ground)) }
      marks.append(
        .text(
          Label(
            text, at: frame.centre, size: 9.5, anchor: .middle, alignment: .middle,
            ink: ground.map { .contrast($0) } ?? .muted)))
    }
    func name(_ text: String, _ row: Int, _ ink: Ink) {
      marks.append(
        .text(
          Label(
            FontMetrics.fitted(text, width: names - 8, size: 10),
            at: Point(names - 6, (Double(row) + 0.5) * height), size: 10, anchor: .end,
            alignment: .middle, ink: ink)))
    }
    for column in 0..<count { cell(column == count - 1 ? "mean" : "row \(column)", column, 0, nil) }
    for (index, line) in lines.enumerated() {
      name(line.name, index + 1, .foreground)
      for (column, value) in (line.nudges + [line.mean]).enumerated() {
        cell(Self.number(value), column, index + 1, .signed(value / largest))
      }
    }
    name("cosine with the mean", lines.count + 1, .muted)
    for (column, cosine) in cosines.enumerated() {
      cell(NumberFormat.pictured(cosine, digits: 2), column, lines.count + 1, nil)
    }
    return Figure(
      title: "Nudges of each example", subtitle: subtitle, caption: caption,
      size: Size(
        names + Double(count) * width + 12, Double(lines.count + 2) * height), marks: marks,
      table: table)
  }

  private static func number(_ value: Double) -> String {
    (value > 0 ? "+" : "") + NumberFormat.pictured(value, digits: 2)
  }

  private var caption: String {
    let strongest = lines.max { $0.mean.magnitude < $1.mean.magnitude }
    let against = cosines.count { $0 < 0 }
    var text =
      "Each column is −∂loss/∂w of one example; the step of gradient descent goes along "
      + "their mean."
    if let strongest {
      text += " The mean asks most of \(strongest.name): \(Self.number(strongest.mean))."
    }
    text += " \(against) of \(cosines.count) examples pull against the mean."
    if left > 0 { text += " \(left) parameters with smaller means are left out." }
    return text
  }

  private var table: FigureTable {
    let count = lines.first?.nudges.count ?? 0
    return FigureTable(
      ["parameter"] + (0..<count).map { "row \($0)" } + ["mean"],
      rows: lines.map { line in
        [.text(line.name)] + (line.nudges + [line.mean]).map { .number($0) }
      })
  }
}
