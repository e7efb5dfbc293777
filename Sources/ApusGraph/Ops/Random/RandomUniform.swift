/// Uniform random numbers in [0, 1), by position from a keyed stream: 24 bits in float32, 53 in float64
/// (``RandomStream``). Has no derivative.
public struct RandomUniform: Primitive {
  public static let name = "random_uniform"
  /// May carry symbols.
  public let shape: Shape
  /// float32 or float64.
  public let dtype: DType
  /// Tells the random ops of one graph apart.
  public let stream: RandomPurpose

  public init(_ shape: Shape, _ dtype: DType, stream: RandomPurpose) {
    self.shape = shape
    self.dtype = dtype
    self.stream = stream
  }

  public var attributes: Attributes { RandomRules.attributes(shape, dtype, stream) }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("shape", "dtype", "stream")
    shape = try attributes.shape("shape")
    dtype = try attributes.dtype("dtype")
    stream = try RandomRules.stream(attributes)
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try RandomRules.resultType(inputs, shape, dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "uniform(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(
        RandomUniform([2, 3], .float64, stream: .noise), RandomRules.exampleKey, isSmooth: false),
      OpExample(
        RandomUniform([7], .float32, stream: .dropout), RandomRules.exampleKey, isSmooth: false),
    ]
  }
}

/// Uniform random numbers in [0, 1); `key` is int32[4] (seed low, seed high, epoch, step).
public func randomUniform(
  _ shape: Shape, dtype: DType = .float32, stream: RandomPurpose, key: Tensor,
  file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { key.applying(RandomUniform(shape, dtype, stream: stream)) }
}
