/// The operand itself. Gives a value a node of its own.
public struct Identity: Primitive, AttributeFree {
  public static let name = "identity"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    return inputs[0]
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream
  }

  public func formula(_ operands: [String]) -> String { operands[0] }

  public static var examples: [OpExample] {
    [OpExample(Identity(), TensorData([1.5, -2, 0.5]))]
  }
}
