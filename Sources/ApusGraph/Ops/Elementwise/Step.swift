/// The unit step: 1 where x > 0, else 0; NaN gives 0. Its derivative is 0 everywhere, by
/// convention at 0 too, so backpropagation cannot train it.
public struct Step: Primitive, AttributeFree {
  public static let name = "step"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "step(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(Step(), TensorData([1.5, -2, 0, 3], shape: [2, 2]), isSmooth: false)]
  }
}

/// 1 where x > 0, else 0.
public func step(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Step()) }
}
