public import ApusDrawing
internal import ApusFormats
internal import ApusGraph
internal import ApusTraining

/// The courses of several trainings in one picture, with what their settings differ in (LESSONS
/// 3.1).
///
/// ```swift
/// let figure = try CurveComparison(runs: ["runs/moons-1", "runs/moons-2"]).figure()
/// ```
public struct CurveComparison: Sendable {
  /// So many colours can be told apart besides the grey of guides.
  public static let mostRuns = 6

  private let runs: [(name: String, curves: TrainingCurves)]

  /// - Parameter paths: of run folders, two to six different ones.
  /// - Throws: when a folder holds no run, or is named twice.
  public init(runs paths: [String]) throws {
    guard (2...Self.mostRuns).contains(paths.count) else {
      throw PictureError(
        "two to \(Self.mostRuns) runs can be compared in one picture; found \(paths.count)")
    }
    let trimmed = paths.map(Self.trimmed)
    if let twice = trimmed.indices.first(where: { trimmed[..<$0].contains(trimmed[$0]) }) {
      throw PictureError("the run \"\(printable(paths[twice]))\" is named twice")
    }
    let short = trimmed.map { File.splitPath($0).name }
    // Folders of one name in different places need their places.
    let names = Set(short).count == short.count ? short : trimmed
    runs = try zip(names, paths).map {
      (printable($0, limit: 40), try TrainingCurves(run: $1))
    }
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.last == "/" { path.removeLast() }
    return path
  }

  public func figure(isLogarithmic: Bool = true) -> Figure {
    let drawn = runs.enumerated().map { index, run in
      DrawnCurves(curves: run.curves, name: run.name, number: index)
    }
    let charts = DrawnCurves.charts(of: drawn, isLogarithmic: isLogarithmic)
    let layout = DrawnCurves.layout(charts, height: 300)
    return Figure(
      title: "Training curves of \(runs.count) runs", subtitle: subtitle, caption: caption,
      charts: charts, columns: layout.columns, chartSize: layout.size, table: table)
  }

  /// The words that all runs share, and those of each run where they differ.
  private var subtitle: String {
    let parts = runs.map { RunWords.parts(of: $0.curves.settings) }
    let count = parts.map(\.count).min() ?? 0
    let words = (0..<count).map { index in
      Self.distinct(parts.map { $0[index] }).joined(separator: " or ")
    }
    let losses = Self.distinct(runs.map(\.curves.lossSummary)).joined(separator: " or ")
    return (words + ["loss is the \(losses)"]).joined(separator: " · ")
  }

  private static func distinct(_ words: [String]) -> [String] {
    words.indices.filter { !words[..<$0].contains(words[$0]) }.map { words[$0] }
  }

  private var caption: String {
    var sentences = runs.map { "\($0.name): \($0.curves.caption)" }
    let differences = self.differences
    sentences.append(
      differences.isEmpty
        ? "Their settings are the same."
        : "They differ in " + differences.joined(separator: "; ") + ".")
    if Set(runs.map(\.curves.lossSummary)).count > 1 {
      sentences.append("Their losses are different quantities, so their heights say nothing.")
    }
    return sentences.joined(separator: " ")
  }

  /// Where a run was made, and by what, does not change its numbers.
  private static let unimportant: Set<String> = [
    "apus", "command", "date", "threads", "loss_reduction",
  ]

  /// `learning_rate (0.01, 0.1)`
  private var differences: [String] {
    var keys: [String] = []
    for member in runs.flatMap({ $0.curves.settings?.members ?? [] })
    where !keys.contains(member.name) && !Self.unimportant.contains(member.name) {
      keys.append(member.name)
    }
    return keys.compactMap { key in
      let values = runs.map { run in
        run.curves.settings.map { $0[key].map(Self.text) ?? "none" } ?? "unknown"
      }
      return Set(values).count > 1 ? "\(key) (\(values.joined(separator: ", ")))" : nil
    }
  }

  /// Fingerprints are long and say no more by their length.
  private static func text(_ value: JSON) -> String {
    if value == .null { return "none" }
    if let numbers = value.intValues { return numbers.map(String.init).joined(separator: "-") }
    return printable(value.stringValue ?? value.text(), limit: 20)
  }

  private var table: FigureTable {
    var columns: [String] = []
    let tables = runs.map(\.curves.table)
    for column in tables.flatMap(\.columns) where !columns.contains(column) {
      columns.append(column)
    }
    let rows = zip(runs, tables).flatMap { run, table in
      table.rows.map { row -> [FigureTable.Cell] in
        [.text(run.name)]
          + columns.map { column in
            table.columns.firstIndex(of: column).map { row[$0] } ?? .missing
          }
      }
    }
    return FigureTable(["run"] + columns, rows: rows)
  }
}
