public import ApusGraph

/// A row number outside the rows that are there, found while running.
public struct RowNumberError: DiagnosableError, Hashable, Sendable {
  public let op: String
  /// The layer path; empty at top level.
  public let scope: String
  public let number: Int
  /// Where the number stands among the row numbers, in row-major order, and how many rows there are;
  /// nil from the fast engine, whose kernels note the number alone.
  public let position: Int?
  public let count: Int?

  public init(
    op: String, scope: String = "", number: Int, position: Int? = nil, count: Int? = nil
  ) {
    self.op = op
    self.scope = scope
    self.number = number
    self.position = position
    self.count = count
  }

  public var kind: ErrorKind { .badData }

  public var description: String {
    let place = (scope.isEmpty ? "" : " in \(scope)")
    let at = position.map { " at position \($0)" } ?? ""
    let range = count.map { "is not between 0 and \($0 - 1)" } ?? "is out of range"
    return "\(op)\(place): row number \(number)\(at) \(range)"
  }
}

/// Int32 row numbers as Int. Throws when one is not a row.
func rowNumbers(
  _ data: TensorData, below count: Int, op: String
) throws(RowNumberError) -> [Int] {
  let numbers = data.values(as: Int32.self).map { Int($0) }
  for (position, number) in numbers.enumerated() where !(0..<count ~= number) {
    throw RowNumberError(op: op, number: number, position: position, count: count)
  }
  return numbers
}
