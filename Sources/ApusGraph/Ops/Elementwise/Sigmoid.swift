/// The logistic function σ(x) = 1 / (1 + e⁻ˣ), computed without overflow. Its derivative is σ(1 − σ).
public struct Sigmoid: Primitive, AttributeFree {
  public static let name = "sigmoid"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * (site.output * (1 - site.output))
  }

  public func formula(_ operands: [String]) -> String { "sigmoid(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Sigmoid(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Sigmoid(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// 1 / (1 + e⁻ˣ), without overflow.
public func sigmoid(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Sigmoid()) }
}
