/// The root of the mean of squared differences over all entries, in the unit of the targets.
public struct RootMeanSquaredError: Metric {
  public let name = "rmse"
  public let increases = false
  private var squared: MeanSquaredError

  public init(outputs: Int) { squared = MeanSquaredError(outputs: outputs) }

  public var value: Double { squared.value.squareRoot() }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try squared.update(batch)
  }

  public mutating func reset() { squared.reset() }
}
