public import ApusFormats
internal import ApusGraph

/// A table of fields with names for its columns.
///
/// The first line holds the names unless one of its fields is a number; then the columns are called
/// `column_1`, `column_2`, ….
public struct Table: Sendable {
  /// The file or what else the table comes from.
  public let source: String
  public let columns: [String]
  public let hasHeader: Bool
  let text: DelimitedText

  /// Reads a CSV or TSV file.
  public init(
    contentsOf path: String, maximumBytes: Int = File.defaultMaximumBytes
  ) throws {
    try self.init(try File.read(path, maximumBytes: maximumBytes), source: path)
  }

  /// Reads the bytes of a CSV or TSV file; `source` names them in errors.
  public init(_ bytes: [UInt8], source: String) throws(DataError) {
    self.source = source
    let text = try DelimitedText(bytes, source: source)
    self.text = text
    guard text.recordCount > 0 else { throw DataError("the table is empty", source: source) }
    let width = text.fieldCount(0)
    hasHeader = (0..<width).allSatisfy { column in
      switch text.cell(0, column) {
      case .text, .missing: true
      case .number, .infinite: false
      }
    }
    columns = hasHeader ? try columnNames(text) : (1...width).map { "column_\($0)" }
    guard rowCount > 0 else {
      throw DataError("the table has a header but no rows", source: source)
    }
    for row in 0..<rowCount where text.fieldCount(record(row)) != width {
      throw DataError(
        "the row has \(text.fieldCount(record(row))) fields, but the first line has \(width)",
        source: source, row: row + 1, line: text.line(record(row)))
    }
  }

  public var rowCount: Int { text.recordCount - (hasHeader ? 1 : 0) }

  func record(_ row: Int) -> Int { hasHeader ? row + 1 : row }

  func cell(_ row: Int, _ column: Int) -> Cell { text.cell(record(row), column) }

  /// The text of a field. Throws when it is not UTF-8.
  public func text(_ row: Int, _ column: Int) throws(DataError) -> String {
    guard let value = text.text(record(row), column) else {
      throw failure("the text is not valid UTF-8", row, column, hint: "Save the table as UTF-8.")
    }
    return value
  }

  /// The place of a column. Throws with the nearest name.
  public func column(named name: String) throws(DataError) -> Int {
    if let index = columns.firstIndex(of: name) { return index }
    throw DataError(
      "there is no column \"\(printable(name, limit: 80))\"", source: source,
      hint: didYouMean(name, in: columns) ?? "The columns are \(listed(columns)).")
  }

  /// An error about one field.
  func failure(
    _ reason: String, _ row: Int, _ column: Int, hint: String? = nil
  ) -> DataError {
    DataError(
      reason, source: source, row: row + 1, line: text.line(record(row)),
      column: columns[column], hint: hint)
  }

  /// The field for an error message.
  func quoted(_ row: Int, _ column: Int) -> String {
    let field = text.bytes[text.range(record(row), column)]
    return "\"" + printable(String(decoding: field, as: UTF8.self), limit: 40) + "\""
  }
}

/// At most twelve of the names, for messages.
func listed(_ names: [String]) -> String {
  let shown = names.prefix(12).map { printable($0, limit: 40) }.joined(separator: ", ")
  return names.count > 12 ? shown + ", … (\(names.count))" : shown
}

private func columnNames(_ text: DelimitedText) throws(DataError) -> [String] {
  var names: [String] = []
  for column in 0..<text.fieldCount(0) {
    guard let name = text.text(0, column) else {
      throw DataError(
        "the name of column \(column + 1) is not valid UTF-8", source: text.source,
        hint: "Save the table as UTF-8.")
    }
    names.append(name.isEmpty ? "column_\(column + 1)" : name)
  }
  var seen: Set<String> = []
  for name in names where !seen.insert(name).inserted {
    throw DataError("two columns are called \"\(name)\"", source: text.source)
  }
  return names
}
