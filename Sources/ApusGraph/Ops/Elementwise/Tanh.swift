/// The hyperbolic tangent. Its derivative is 1 − tanh²x.
public struct Tanh: Primitive, AttributeFree {
  public static let name = "tanh"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * (1 - square(site.output))
  }

  public func formula(_ operands: [String]) -> String { "tanh(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Tanh(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Tanh(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The hyperbolic tangent.
public func tanh(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Tanh()) }
}
