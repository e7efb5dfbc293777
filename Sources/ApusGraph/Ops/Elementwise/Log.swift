/// The natural logarithm ln x: −∞ at 0, NaN below. Its derivative is 1 / x.
public struct Log: Primitive, AttributeFree {
  public static let name = "log"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream / site.inputs[0]
  }

  public func formula(_ operands: [String]) -> String { "log(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Log(), TensorData([1.5, 2, 0.25, 3], shape: [2, 2])),
      OpExample(Log(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The natural logarithm.
public func log(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Log()) }
}
