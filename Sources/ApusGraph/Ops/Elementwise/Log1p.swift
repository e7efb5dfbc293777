/// ln(1 + x), exact for small x where log(1 + x) loses digits. Its derivative is 1 / (1 + x).
public struct Log1p: Primitive, AttributeFree {
  public static let name = "log1p"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream / (site.inputs[0] + 1)
  }

  public func formula(_ operands: [String]) -> String { "log1p(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Log1p(), TensorData([1.5, -0.7, 0.25, 3], shape: [2, 2])),
      OpExample(Log1p(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// ln(1 + x) without loss of digits near 0.
public func log1p(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Log1p()) }
}
