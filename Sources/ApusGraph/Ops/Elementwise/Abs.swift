/// The absolute value |x|. Its derivative is sign(x), so 0 at 0.
public struct Abs: Primitive, AttributeFree {
  public static let name = "abs"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.signed(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * sign(site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "|\(operands[0])|" }

  public static var examples: [OpExample] {
    [
      OpExample(Abs(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Abs(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// |x|, with slope 0 at 0.
public func abs(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Abs()) }
}
