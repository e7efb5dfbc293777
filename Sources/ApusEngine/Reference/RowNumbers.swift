public import ApusGraph

/// A row number outside the rows that are there, found while running.
public struct RowNumberError: DiagnosableError, Hashable, Sendable {
  public let op: String
  /// Where the number stands among the row numbers, in row-major order.
  public let position: Int
  public let number: Int
  public let count: Int

  public init(op: String, position: Int, number: Int, count: Int) {
    self.op = op
    self.position = position
    self.number = number
    self.count = count
  }

  public var kind: ErrorKind { .badData }

  public var description: String {
    "\(op): row number \(number) at position \(position) is not between 0 and \(count - 1)"
  }
}

/// Int32 row numbers as Int. Throws when one is not a row.
func rowNumbers(
  _ data: TensorData, below count: Int, op: String
) throws(RowNumberError) -> [Int] {
  let numbers = data.values(as: Int32.self).map { Int($0) }
  for (position, number) in numbers.enumerated() where !(0..<count ~= number) {
    throw RowNumberError(op: op, position: position, number: number, count: count)
  }
  return numbers
}
