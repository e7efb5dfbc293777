/// The sine of an angle in radians. Its derivative is the cosine.
public struct Sin: Primitive, AttributeFree {
  public static let name = "sin"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * cos(site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "sin(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Sin(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Sin(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The sine of x radians.
public func sin(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Sin()) }
}
