public import ApusGraph

/// Zeroes each element with probability `rate` and divides the others by 1 − rate, in training only,
/// so that the expected value stays the same (Srivastava et al. 2014, in the inverted form).
public struct Dropout: Layer {
  /// At least 0 and below 1.
  public let rate: Double

  public init(_ rate: Double) { self.rate = rate }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    guard rate >= 0, rate < 1 else {
      return scope.mistake("dropout", "the rate must be at least 0 and below 1, got \(rate)")
    }
    if scope.mode == .inference || rate == 0 { return x }
    return scope.enter {
      let kept = bernoulli(
        1 - rate, x.shape, stream: scope.nextRandomStream(), key: scope.randomKey)
      return select(kept, x / (1 - rate), 0)
    }
  }
}

extension Dropout: DescribedLayer {
  public var settings: Attributes { ["rate": .real(rate)] }

  public init(reading reader: SettingReader) throws {
    try reader.expect("rate")
    self.init(try reader.real("rate"))
  }
}
