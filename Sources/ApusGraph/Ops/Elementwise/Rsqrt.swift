/// The reciprocal square root 1 / √x. Its derivative is −1 / (2 x √x).
public struct Rsqrt: Primitive, AttributeFree {
  public static let name = "rsqrt"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * -0.5 * (site.output / site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "1 / √(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Rsqrt(), TensorData([1.5, 2, 0.25, 3], shape: [2, 2])),
      OpExample(Rsqrt(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// 1 / √x.
public func rsqrt(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Rsqrt()) }
}
