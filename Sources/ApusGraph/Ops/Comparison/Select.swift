/// a where the condition is true, else b; all three broadcast. What is not chosen has no influence,
/// not even as NaN; its gradient is 0.
public struct Select: Broadcasting, AttributeFree {
  public static let name = "select"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 3)
    guard inputs[0].dtype == .bool else {
      throw RuleViolation(
        "the condition must be truth values", hint: "compare first, such as x .> 0")
    }
    let dtype = try ElementwiseRules.oneType(Array(inputs[1...]))
    return TensorType(try ElementwiseRules.broadcast(inputs), dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let zero = site.upstream.literal(0)
    switch input {
    case 1: return select(site.inputs[0], site.upstream, zero)
    case 2: return select(site.inputs[0], zero, site.upstream)
    default: return nil
    }
  }

  public func formula(_ operands: [String]) -> String {
    "\(operands[0]) ? \(operands[1]) : \(operands[2])"
  }

  public static var examples: [OpExample] {
    [
      OpExample(
        Select(), TensorData([true, false], shape: [2, 1]),
        TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3]), TensorData([0.5, 2, -1])),
      OpExample(
        Select(), TensorData([true, false, true]), TensorData([1, .nan, .infinity]),
        TensorData([.nan, 1, 2]), isSmooth: false),
    ]
  }
}

/// a where the condition is true, else b; see ``Select``.
public func select(
  _ condition: Tensor, _ a: Tensor, _ b: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { condition.applying(Select(), a, b) }
}

/// a where the condition is true, else a number.
public func select(
  _ condition: Tensor, _ a: Tensor, _ b: Double, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  select(condition, a, a.literal(b), file: file, line: line)
}

/// A number where the condition is true, else b.
public func select(
  _ condition: Tensor, _ a: Double, _ b: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  select(condition, b.literal(a), b, file: file, line: line)
}
