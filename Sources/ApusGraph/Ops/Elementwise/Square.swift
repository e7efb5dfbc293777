/// The square x². Its derivative is 2x.
public struct Square: Primitive, AttributeFree {
  public static let name = "square"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * (site.inputs[0] * 2)
  }

  public func formula(_ operands: [String]) -> String { "\(operands[0])²" }

  public static var examples: [OpExample] {
    [
      OpExample(Square(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Square(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// x².
public func square(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Square()) }
}
