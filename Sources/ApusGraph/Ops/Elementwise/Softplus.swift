/// ln(1 + eˣ), computed as max(x, 0) + ln(1 + e^−|x|), which does not overflow. Its derivative is the
/// sigmoid.
public struct Softplus: Primitive, AttributeFree {
  public static let name = "softplus"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * sigmoid(site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "softplus(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Softplus(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Softplus(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// ln(1 + eˣ), without overflow.
public func softplus(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Softplus()) }
}
