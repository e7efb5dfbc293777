/// The opposite truth value. Has no derivative.
public struct Not: Primitive, AttributeFree {
  public static let name = "not"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.logical(inputs, count: 1)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "¬\(operands[0])" }

  public static var examples: [OpExample] {
    [OpExample(Not(), TensorData([true, false, true]), isSmooth: false)]
  }
}

extension Tensor {
  public static prefix func .! (x: Tensor) -> Tensor { x.applying(Not()) }
}
