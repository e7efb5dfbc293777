/// Truth values that are true with a given probability: uniform < probability.
public struct Bernoulli: Composite {
  public static let name = "bernoulli"
  public let probability: Double
  /// May carry symbols.
  public let shape: Shape
  /// The element type of the uniform numbers, float32 or float64.
  public let dtype: DType
  /// Tells the random ops of one graph apart.
  public let stream: RandomPurpose

  public init(
    _ probability: Double, _ shape: Shape, _ dtype: DType = .float32, stream: RandomPurpose
  ) {
    self.probability = probability
    self.shape = shape
    self.dtype = dtype
    self.stream = stream
  }

  public var attributes: Attributes {
    var attributes = RandomRules.attributes(shape, dtype, stream)
    attributes.entries.insert(.init(key: "probability", value: .real(probability)), at: 0)
    return attributes
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("probability", "shape", "dtype", "stream")
    probability = try attributes.real("probability")
    shape = try attributes.shape("shape")
    dtype = try attributes.dtype("dtype")
    stream = try RandomRules.stream(attributes)
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    guard 0...1 ~= probability else {
      return inputs[0].mistake(
        Self.name,
        RuleViolation("the probability must be between 0 and 1, found \(probability)"))
    }
    return randomUniform(shape, dtype: dtype, stream: stream, key: inputs[0]) .< probability
  }

  public func formula(_ operands: [String]) -> String {
    "bernoulli(\(probability), \(operands[0]))"
  }

  public static var examples: [OpExample] {
    [
      OpExample(
        Bernoulli(0.3, [3, 5], stream: .dropout), RandomRules.exampleKey, isSmooth: false)
    ]
  }
}

/// Truth values that are true with a given probability; `key` is int32[4] (seed low, seed high,
/// epoch, step).
public func bernoulli(
  _ probability: Double, _ shape: Shape, stream: RandomPurpose, key: Tensor,
  file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    key.graph.apply(Bernoulli(probability, shape, stream: stream), to: [key])
  }
}
