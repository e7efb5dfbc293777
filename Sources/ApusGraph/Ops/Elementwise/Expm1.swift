/// eˣ − 1, exact for small x where exp(x) − 1 loses digits. Its derivative is eˣ.
public struct Expm1: Primitive, AttributeFree {
  public static let name = "expm1"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * exp(site.inputs[0])
  }

  public func formula(_ operands: [String]) -> String { "expm1(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Expm1(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Expm1(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// eˣ − 1 without loss of digits near 0.
public func expm1(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Expm1()) }
}
