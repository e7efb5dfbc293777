/// Whether x = y. NaN equals nothing; 0 equals −0. Broadcasts; has no derivative.
public struct Equal: Broadcasting, AttributeFree {
  public static let name = "equal"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.comparison(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "\(operands[0]) = \(operands[1])" }

  public static var examples: [OpExample] {
    [
      OpExample(
        Equal(), TensorData([1.5, -2, 0.5, 3, -2, -1], shape: [2, 3]), TensorData([0.5, -2, -1]),
        isSmooth: false),
      OpExample(
        Equal(), TensorData([.nan, -0.0, .infinity, 1]), TensorData([.nan, 0.0, .infinity, .nan]),
        isSmooth: false),
    ]
  }
}

extension Tensor {
  public static func .== (a: Tensor, b: Tensor) -> Tensor { a.applying(Equal(), b) }
  public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.literal(b) }
}
