/// The negative −x.
public struct Negate: Primitive, AttributeFree {
  public static let name = "negate"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.signed(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    -site.upstream
  }

  public func formula(_ operands: [String]) -> String { "-\(operands[0])" }

  public static var examples: [OpExample] {
    [OpExample(Negate(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

extension Tensor {
  public static prefix func - (x: Tensor) -> Tensor { x.applying(Negate()) }
}
