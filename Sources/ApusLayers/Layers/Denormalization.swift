public import ApusGraph

/// x·deviation + mean: the way back from ``Normalization``. As the last layer of a regression it
/// gives predictions in the targets' own units, while the layers before work with numbers around 0
/// of size 1.
///
/// ```swift
/// Sequential {
///   Dense(64, activation: .relu)
///   Dense(1)
///   Denormalization(fittedTo: prices)   // [N, 1]
/// }
/// ```
public struct Denormalization: Layer {
  /// The numbers that ``Normalization`` would take out.
  public let statistics: Normalization

  public init(_ statistics: Normalization) { self.statistics = statistics }

  /// Mean and standard deviation of every column of `data` [N, …]; columns that do not vary keep
  /// their scale.
  public init(fittedTo data: TensorData) { statistics = Normalization(fittedTo: data) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    if x.isPoison { return x }
    let row = Shape(Array(x.shape.dimensions.dropFirst()))
    guard x.rank >= 1, row == Shape(statistics.mean.shape) else {
      return scope.mistake(
        "denormalization", "it was fitted to rows of shape \(statistics.mean.shape), not \(row)",
        inputs: [x])
    }
    return scope.enter {
      let mean = scope.state("mean", initial: statistics.mean)
      let deviation = scope.state("deviation", initial: statistics.deviation)
      return x * deviation + mean
    }
  }
}

extension Denormalization: DescribedLayer {
  public var settings: Attributes { statistics.settings }

  public init(reading reader: SettingReader) throws {
    statistics = try Normalization(reading: reader)
  }
}
