/// The cosine of an angle in radians. Its derivative is −sin x.
public struct Cos: Primitive, AttributeFree {
  public static let name = "cos"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    -(site.upstream * sin(site.inputs[0]))
  }

  public func formula(_ operands: [String]) -> String { "cos(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Cos(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Cos(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The cosine of x radians.
public func cos(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Cos()) }
}
