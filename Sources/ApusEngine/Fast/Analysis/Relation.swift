/// How an operand lies under a result that it broadcasts to, when the result is folded into a
/// matrix [rows, columns].
enum Relation: Equatable {
  /// Element for element.
  case full
  /// One number.
  case scalar
  /// One number for each column; as many as `columns`.
  case row(columns: Int)
  /// One number for each row, the result being `columns` wide.
  case column(columns: Int)

  /// nil when the operand is stretched along an axis in the middle, so that no matrix fits.
  init?(of operand: [Int], in result: [Int]) {
    if operand == result {
      self = .full
      return
    }
    let added = result.count - operand.count
    guard added >= 0 else { return nil }
    // Which axes are stretched; axes of size 1 are either.
    var (first, last) = (Int.max, Int.min)
    var (firstOwn, lastOwn) = (Int.max, Int.min)
    for axis in result.indices where result[axis] != 1 {
      let own = axis < added ? 1 : operand[axis - added]
      if own == result[axis] {
        (firstOwn, lastOwn) = (min(firstOwn, axis), axis)
      } else if own == 1 {
        (first, last) = (min(first, axis), axis)
      } else {
        return nil
      }
    }
    if first == Int.max {
      self = .full
    } else if firstOwn == Int.max {
      self = .scalar
    } else if last < firstOwn {
      self = .row(columns: result[firstOwn...].reduce(1, *))
    } else if lastOwn < first {
      self = .column(columns: result[first...].reduce(1, *))
    } else {
      return nil
    }
  }
}

extension Relation {
  /// Whether it fits a matrix of any width.
  var isFlat: Bool { columns == nil }

  /// The width of the matrix that an operand asks for, if any.
  var columns: Int? {
    switch self {
    case .full, .scalar: nil
    case .row(let count), .column(let count): count
    }
  }

  /// Whether one matrix serves all operands of a result.
  static func fit(_ operands: [[Int]], in result: [Int]) -> Bool {
    var columns: Int?
    for operand in operands {
      guard let relation = Relation(of: operand, in: result) else { return false }
      guard let wanted = relation.columns else { continue }
      guard columns ?? wanted == wanted else { return false }
      columns = wanted
    }
    return true
  }
}
