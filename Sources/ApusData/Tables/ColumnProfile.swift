internal import ApusGraph

/// What the fields of one column are.
struct ColumnProfile {
  var numbers = 0
  var texts = 0
  var firstText: Int?
  var firstMissing: Int?
  var areIntegers = true
  /// Different numbers, counted up to a limit.
  var distinctNumbers: Set<Double> = []
  static let distinctLimit = 1_000

  /// Passes over the column once. Throws at the first NaN or Inf.
  init(_ table: Table, column: Int, missing: MissingPolicy) throws(DataError) {
    for row in 0..<table.rowCount {
      switch table.cell(row, column) {
      case .number(let value):
        numbers += 1
        areIntegers = areIntegers && value == value.rounded(.towardZero)
        if distinctNumbers.count <= Self.distinctLimit { distinctNumbers.insert(value) }
      case .infinite:
        throw table.failure(
          "the value \(table.quoted(row, column)) is not a finite number", row, column)
      case .missing: firstMissing = firstMissing ?? row
      case .text:
        texts += 1
        firstText = firstText ?? row
      }
    }
    if let row = firstMissing, missing == .error { throw table.missing(row, column) }
    guard numbers + texts > 0 else {
      throw DataError("no row has a value", source: table.source, column: table.columns[column])
    }
    if numbers > texts, let row = firstText { throw table.notANumber(row, column) }
  }

  /// A column is of numbers when most of its values are.
  var isNumeric: Bool { texts == 0 }
}

extension Table {
  func missing(_ row: Int, _ column: Int) -> DataError {
    failure(
      "the value is missing", row, column,
      hint: "Fill it, or read with --missing mean or --missing drop.")
  }

  func notANumber(_ row: Int, _ column: Int) -> DataError {
    failure(
      "the value \(quoted(row, column)) is not a number, as the others of the column are",
      row, column)
  }

  /// The different texts of a column in the order of their bytes; numbers count by their value.
  func categories(_ column: Int) throws(DataError) -> [String] {
    var seen: Set<String> = []
    for row in 0..<rowCount {
      if let key = try category(row, column) { seen.insert(key) }
    }
    return seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A field as the name of a class or category: `3.0` and `3` are both `3`; nil when missing.
  func category(_ row: Int, _ column: Int) throws(DataError) -> String? {
    switch cell(row, column) {
    case .missing: nil
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .text, .infinite: try text(row, column)
    }
  }
}
