/// The rectified linear unit max(x, 0). Its derivative is step(x), so 0 at 0. NaN stays NaN.
public struct ReLU: Primitive, AttributeFree {
  public static let name = "relu"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * step(site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "relu(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(ReLU(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(ReLU(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// max(x, 0), with slope 0 at 0.
public func relu(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(ReLU()) }
}
