/// The product x · y of elements, with broadcasting.
public struct Multiply: Broadcasting, AttributeFree {
  public static let name = "multiply"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.binary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream * site.inputs[1 - input]
  }

  public func formula(_ operands: [String]) -> String { "\(operands[0]) * \(operands[1])" }

  public static var examples: [OpExample] {
    [
      OpExample(
        Multiply(), TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3]),
        TensorData([0.5, 2, -1])),
      OpExample(Multiply(), TensorData(scalar: 1.2), TensorData(scalar: -0.4)),
    ]
  }
}

extension Tensor {
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.applying(Multiply(), b) }
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.literal(b) }
  public static func * (a: Double, b: Tensor) -> Tensor { b.literal(a) * b }
}
