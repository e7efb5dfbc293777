/// The exponential eˣ; its own derivative.
public struct Exp: Primitive, AttributeFree {
  public static let name = "exp"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * site.output
  }

  public func formula(_ operands: [String]) -> String { "exp(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(Exp(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

/// eˣ.
public func exp(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Exp()) }
}
