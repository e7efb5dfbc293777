/// The reciprocal 1 / x. Its derivative is −1 / x².
public struct Reciprocal: Primitive, AttributeFree {
  public static let name = "reciprocal"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    -(site.upstream * square(site.output))
  }

  public func formula(_ operands: [String]) -> String { "1 / \(operands[0])" }

  public static var examples: [OpExample] {
    [
      OpExample(Reciprocal(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(
        Reciprocal(), TensorData([0.0, -0.0, .nan, .infinity, -.infinity]), isSmooth: false),
    ]
  }
}

/// 1 / x.
public func reciprocal(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.applying(Reciprocal()) }
}
