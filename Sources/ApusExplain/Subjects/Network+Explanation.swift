public import ApusData
import ApusGraph
public import ApusLayers
import ApusTraining

extension Network {
  /// The forward and backward pass of one row of a data set with every number.
  ///
  /// ```swift
  /// let explanation = try network.explanation(ofRow: 7, of: test, loss: .softmaxCrossEntropy)
  /// print(explanation.text())
  /// ```
  ///
  /// - Parameters:
  ///   - row: counted from 1.
  ///   - title: what the header calls the network.
  /// - Throws: when network, loss and data do not fit together, or there is no such row.
  public func explanation(
    ofRow row: Int, of dataset: Dataset, loss: any Loss, notation: Notation = .words,
    title: String = "network", options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    try explanation(
      ofRows: [row], of: dataset, loss: loss, notation: notation, title: title, options: options)
  }

  /// The same for several rows as one batch: values are matrices with a row for each example, and each
  /// row's part of every gradient is told (``Explanation/batch``).
  ///
  /// ```swift
  /// print(try network.explanation(ofRows: [7, 9, 12], of: test, loss: .softmaxCrossEntropy))
  /// ```
  ///
  /// - Parameter rows: counted from 1, none of them twice.
  public func explanation(
    ofRows rows: [Int], of dataset: Dataset, loss: any Loss, notation: Notation = .words,
    title: String = "network", options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    try Explainer.explanation(
      of: try Subject(
        self, rows: rows, of: dataset, loss: loss, notation: notation, title: title),
      options: options)
  }
}

extension Subject {
  /// Rows that one batch has at the most: beyond it nobody reads them one by one.
  package static let mostRows = 64

  /// A network on rows of a data set, from 1.
  package init(
    _ network: Network, rows: [Int], of dataset: Dataset, loss: any Loss,
    notation: Notation = .words, title: String
  ) throws {
    try Self.check(rows, of: dataset.count, in: dataset.name)
    let (input, target) = try network.examples(at: rows.map { $0 - 1 }, of: dataset, loss: loss)
    try self.init(
      network, loss: loss, input: input, target: target, rows: rows, notation: notation,
      title: title)
    header.example = "\(Self.words(rows)) of \(dataset.name)"
  }

  /// Throws unless each of the rows is there, and there once.
  static func check(_ rows: [Int], of count: Int, in name: String) throws {
    guard !rows.isEmpty else { throw SubjectError("no rows of \(name) are named", .usage) }
    guard rows.count <= mostRows else {
      throw SubjectError(
        "a batch of at most \(mostRows) rows is shown row by row; these are more", .usage)
    }
    for row in rows where !(1...max(count, 1)).contains(row) || count == 0 {
      throw SubjectError(
        "\(name) has \(count) row\(count == 1 ? "" : "s"), there is no row \(row)", .usage)
    }
    guard Set(rows).count == rows.count else {
      throw SubjectError("a row stands twice among the rows \(list(rows))", .usage)
    }
  }

  /// `row 7`, `rows 7, 9 and 12`
  static func words(_ rows: [Int]) -> String {
    rows.count == 1 ? "row \(rows[0])" : "rows \(list(rows))"
  }

  private static func list(_ rows: [Int]) -> String {
    guard let first = rows.first, let last = rows.last, rows.count > 1 else {
      return rows.first.map { "\($0)" } ?? ""
    }
    if rows.count > 2, rows == Array(first...max(first, last)) { return "\(first) to \(last)" }
    let shown =
      rows.count > 12 ? rows.prefix(10).map { "\($0)" } + ["…"] : rows.dropLast().map { "\($0)" }
    return shown.joined(separator: ", ") + " and \(last)"
  }
}
