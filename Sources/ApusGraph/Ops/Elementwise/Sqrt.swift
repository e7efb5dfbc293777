/// The square root √x: NaN below zero. Its derivative is 1 / (2√x), infinite at 0.
public struct Sqrt: Primitive, AttributeFree {
  public static let name = "sqrt"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * 0.5 / site.output
  }

  public func formula(_ operands: [String]) -> String { "√(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Sqrt(), TensorData([1.5, 2, 0.25, 3], shape: [2, 2])),
      OpExample(Sqrt(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The square root.
public func sqrt(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Sqrt()) }
}
