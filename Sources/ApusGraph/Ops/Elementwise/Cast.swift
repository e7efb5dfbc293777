/// The same numbers in another element type: rounded to the nearest for floating point; toward zero
/// and saturated for integers, with 0 for NaN; for bool, whether not zero.
///
/// The gradient is cast back; there is none through an integer or a truth value.
public struct Cast: Primitive {
  public static let name = "cast"
  public let dtype: DType

  public init(to dtype: DType) { self.dtype = dtype }

  public var attributes: Attributes { ["dtype": .dtype(dtype)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("dtype")
    dtype = try attributes.dtype("dtype")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    return TensorType(inputs[0].shape, dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    dtype.isFloatingPoint ? site.upstream.cast(to: site.inputs[0].dtype) : nil
  }

  public func formula(_ operands: [String]) -> String { "\(dtype.rawValue)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3], shape: [2, 2])
    let edges = TensorData([0.99, -0.99, 255.5, 3e9, -3e9, .nan, .infinity, -0.0])
    return [OpExample(Cast(to: .float64), x)]
      + [DType.float32, .bfloat16, .int32, .uint8, .bool].map {
        OpExample(Cast(to: $0), edges, isSmooth: false)
      }
  }
}

extension Tensor {
  /// The same numbers in another element type; see ``Cast``.
  public func cast(
    to dtype: DType, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    if dtype == self.dtype { return self }
    return BuildSite.at(file, line) { applying(Cast(to: dtype)) }
  }
}
