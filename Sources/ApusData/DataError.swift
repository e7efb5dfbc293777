internal import ApusFormats
public import ApusGraph

/// Data that cannot be used as asked: a bad cell, a missing column, an unknown name.
///
/// Prints as `people.csv: row 3 (line 4), column "age": the value "abc" is not a number`.
public struct DataError: DiagnosableError, Hashable, Sendable {
  /// `usage` for a wrong argument, `badData` for a wrong file.
  public var kind = ErrorKind.badData
  /// The file or data set.
  public var source: String?
  /// The row of the data, counted from 1, without the header.
  public var row: Int?
  /// The line of the file, counted from 1.
  public var line: Int?
  public var column: String?
  /// What is wrong, what was expected and found.
  public var reason: String
  /// What to try.
  public var hint: String?

  public init(
    _ reason: String, source: String? = nil, row: Int? = nil, line: Int? = nil,
    column: String? = nil, hint: String? = nil, kind: ErrorKind = .badData
  ) {
    self.kind = kind
    self.reason = reason
    self.source = source
    self.row = row
    self.line = line
    self.column = column
    self.hint = hint
  }

  public var description: String {
    var place: [String] = []
    if let row {
      place.append("row \(row)" + (line.map { " (line \($0))" } ?? ""))
    } else if let line {
      place.append("line \(line)")
    }
    if let column { place.append("column \"\(printable(column, limit: 80))\"") }
    var parts: [String] = []
    if let source { parts.append(printable(source)) }
    if !place.isEmpty { parts.append(place.joined(separator: ", ")) }
    parts.append(printable(reason))
    return parts.joined(separator: ": ") + (hint.map { ". " + printable($0) } ?? "")
  }
}
