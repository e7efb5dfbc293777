/// A single number, such as the 2 in `2 * x`. Kept in Float64 and rounded to the element type, so
/// that a graph retyped to Float64 computes with 0.1 and not with Float32's idea of it.
public struct Literal: Primitive {
  public static let name = "literal"
  public let value: Double
  public let dtype: DType

  public init(_ value: Double, _ dtype: DType) {
    self.value = value
    self.dtype = dtype
  }

  public var attributes: Attributes { ["value": .real(value), "dtype": .dtype(dtype)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("value", "dtype")
    self.init(try attributes.real("value"), try attributes.dtype("dtype"))
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard inputs.isEmpty else { throw RuleViolation("it takes no inputs") }
    return TensorType([], dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "\(value)" }

  public static var examples: [OpExample] {
    [OpExample(Literal(0.1, .float64), isSmooth: false)]
  }
}

extension Graph {
  /// A scalar number.
  public func literal(_ value: Double, dtype: DType = .float32) -> Tensor {
    apply(Literal(value, dtype), to: [])
  }
}

extension Tensor {
  /// A number of this tensor's element type in the same graph.
  public func literal(_ value: Double) -> Tensor { graph.literal(value, dtype: dtype) }

  /// A tensor of this shape filled with one number.
  public func filled(with value: Double) -> Tensor { literal(value).broadcast(to: shape) }
}
