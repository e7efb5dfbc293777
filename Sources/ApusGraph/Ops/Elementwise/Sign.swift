/// The sign: 1 above zero, −1 below, 0 at zero of either sign, NaN for NaN. Its derivative is 0.
public struct Sign: Primitive, AttributeFree {
  public static let name = "sign"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "sign(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Sign(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]), isSmooth: false),
      OpExample(Sign(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// −1, 0 or 1 by the sign of x.
public func sign(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Sign()) }
}
