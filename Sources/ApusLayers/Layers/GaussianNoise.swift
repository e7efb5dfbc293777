public import ApusGraph

/// Adds normal noise of mean 0, in training only.
public struct GaussianNoise: Layer {
  public let standardDeviation: Double

  public init(standardDeviation: Double) { self.standardDeviation = standardDeviation }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    guard standardDeviation >= 0, standardDeviation.isFinite else {
      return scope.mistake(
        "gaussian_noise",
        "the standard deviation must be a number of at least 0, got \(standardDeviation)")
    }
    if scope.mode == .inference || standardDeviation == 0 { return x }
    return scope.enter {
      let noise = randomNormal(
        x.shape, dtype: x.dtype, stream: scope.nextRandomStream(), key: scope.randomKey)
      return x + standardDeviation * noise
    }
  }
}

extension GaussianNoise: DescribedLayer {
  public var settings: Attributes { ["standard_deviation": .real(standardDeviation)] }

  public init(reading reader: SettingReader) throws {
    try reader.expect("standard_deviation")
    self.init(standardDeviation: try reader.real("standard_deviation"))
  }
}
