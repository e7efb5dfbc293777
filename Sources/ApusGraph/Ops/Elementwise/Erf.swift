/// The error function 2/√π ∫₀ˣ exp(−t²) dt. Its derivative is 2/√π · exp(−x²).
public struct Erf: Primitive, AttributeFree {
  public static let name = "erf"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * (exp(-square(site.inputs[0])) * 1.128_379_167_095_512_6)
  }

  public func formula(_ operands: [String]) -> String { "erf(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(Erf(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(Erf(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// The error function.
public func erf(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Erf()) }
}
