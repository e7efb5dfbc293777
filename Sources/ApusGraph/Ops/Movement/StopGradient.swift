/// The operand itself, through which no gradient passes.
public struct StopGradient: Primitive, AttributeFree {
  public static let name = "stop_gradient"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    return inputs[0]
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "stop(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(StopGradient(), TensorData([1.5, -2, 0.5]), isSmooth: false)]
  }
}

/// x as if it were a constant: derivatives do not see through it.
public func stopGradient(
  _ x: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.applying(StopGradient()) }
}
