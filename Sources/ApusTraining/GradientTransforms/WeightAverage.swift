public import ApusGraph

/// An exponential moving average of the weights, kept in states `PATH:average` beside training,
/// which it does not change: average ← d·average + (1−d)·w after each update, starting from a copy
/// of the first weights (Polyak and Juditsky 1992).
public struct WeightAverage: Hashable, Sendable {
  /// d: about 1/(1−d) last updates count.
  public let decay: Double

  public init(decay: Double = 0.999) { self.decay = decay }

  /// Emits the average's next value.
  public func callAsFunction(_ average: Tensor, _ weight: Tensor) -> Tensor {
    decay * average + (1 - decay) * weight
  }

  func validate() throws {
    guard (0..<1).contains(decay) else {
      throw OptimizerError(
        "weight average", "decay", mustBe: "at least 0 and below 1", found: decay)
    }
  }
}
