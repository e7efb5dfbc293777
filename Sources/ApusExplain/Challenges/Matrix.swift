import ApusFormats

/// Rows of numbers, as an answer has them. Small and plain on purpose: the wrong answers that a
/// challenge knows are computed with it, apart from the engine that gives the right one.
struct Matrix: Hashable, Sendable {
  let rows: Int
  let columns: Int
  var values: [Double]

  init(rows: Int, columns: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
    self.rows = rows
    self.columns = columns
    values = (0..<rows * columns).map { value($0 / max(columns, 1), $0 % max(columns, 1)) }
  }

  /// Nil unless the JSON is a list of equally long lists of numbers.
  init?(json: JSON) {
    guard let lists = json.elements, !lists.isEmpty else { return nil }
    let rows = lists.compactMap(\.doubleValues)
    guard rows.count == lists.count, Set(rows.map(\.count)).count == 1, !rows[0].isEmpty else {
      return nil
    }
    self.rows = rows.count
    columns = rows[0].count
    values = Array(rows.joined())
  }

  subscript(_ row: Int, _ column: Int) -> Double { values[row * columns + column] }

  /// `3×2`
  var shape: String { "\(rows)×\(columns)" }

  var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  var json: JSON {
    .array(
      (0..<rows).map { row in JSON(Array(values[row * columns..<(row + 1) * columns])) })
  }

  func map(_ change: (Double) -> Double) -> Matrix {
    var result = self
    result.values = values.map(change)
    return result
  }

  func combined(with other: Matrix, _ change: (Double, Double) -> Double) -> Matrix {
    var result = self
    result.values = zip(values, other.values).map(change)
    return result
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { row, column in
      (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
    }
  }
}
