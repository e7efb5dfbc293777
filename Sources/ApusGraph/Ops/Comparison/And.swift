/// Whether both are true. Takes truth values, broadcasts and has no derivative.
public struct And: Broadcasting, AttributeFree {
  public static let name = "and"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.logical(inputs, count: 2)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "\(operands[0]) ∧ \(operands[1])" }

  public static var examples: [OpExample] {
    [
      OpExample(
        And(), TensorData([true, true, false, false], shape: [2, 2]), TensorData([true, false]),
        isSmooth: false)
    ]
  }
}

extension Tensor {
  public static func .& (a: Tensor, b: Tensor) -> Tensor { a.applying(And(), b) }
}
