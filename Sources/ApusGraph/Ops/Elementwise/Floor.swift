/// The largest whole number that is not above x. Its derivative is 0.
public struct Floor: Primitive, AttributeFree {
  public static let name = "floor"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "floor(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Floor(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]), isSmooth: false),
      OpExample(Floor(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// x rounded down to a whole number.
public func floor(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Floor()) }
}
