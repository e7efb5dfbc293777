/// What shape rules of several ops ask of a shape.
extension Shape {
  /// Throws when a dimension is negative.
  func expectNoNegative() throws(RuleViolation) {
    guard dimensions.allSatisfy({ $0.coefficient >= 0 }) else {
      throw RuleViolation("dimensions must not be negative, found \(self)")
    }
  }

  /// The number of elements as a count and its symbols in alphabetical order, any number of them;
  /// nil on overflow.
  var elementFactors: ElementFactors? {
    guard let count = checkedElementCount(dimensions.map(\.coefficient)) else { return nil }
    return ElementFactors(
      count: count, symbols: count == 0 ? [] : dimensions.compactMap(\.symbol).sorted())
  }
}

/// A product of a number and symbols: 3·N·T.
struct ElementFactors: Hashable {
  let count: Int
  let symbols: [String]
}
