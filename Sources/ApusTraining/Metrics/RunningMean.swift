/// A weighted mean, for losses of unequal batches: add each with its number of rows.
public struct RunningMean: Hashable, Sendable {
  private var sum = 0.0
  private var weight = 0.0

  public init() {}

  public mutating func add(_ value: Double, weight: Double = 1) {
    sum += value * weight
    self.weight += weight
  }

  /// NaN when nothing was added.
  public var value: Double { sum / weight }

  public mutating func reset() { self = RunningMean() }
}
