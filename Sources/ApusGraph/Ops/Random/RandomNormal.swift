/// Standard normal random numbers by position from a keyed stream (``RandomStream``), by the transform
/// of Box and Muller (1958): two neighbours u, v give √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv. Has no
/// derivative.
public struct RandomNormal: Primitive {
  public static let name = "random_normal"
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

  public func formula(_ operands: [String]) -> String { "normal(\(operands[0]))" }

  public static var examples: [OpExample] {
    [
      OpExample(
        RandomNormal([2, 3], .float64, stream: .noise), RandomRules.exampleKey, isSmooth: false),
      OpExample(
        RandomNormal([7], .float32, stream: .dropout), RandomRules.exampleKey, isSmooth: false),
    ]
  }
}

/// Standard normal random numbers; `key` is int32[4] (seed low, seed high, epoch, step).
public func randomNormal(
  _ shape: Shape, dtype: DType = .float32, stream: RandomPurpose, key: Tensor,
  file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { key.applying(RandomNormal(shape, dtype, stream: stream)) }
}
