/// The mean of (prediction − target)² over all entries.
public struct MeanSquaredError: Metric {
  public let name = "mse"
  public let increases = false
  public let outputs: Int
  private var mean = RunningMean()

  public init(outputs: Int) { self.outputs = outputs }

  public var value: Double { mean.value }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(.regression(outputs: outputs), for: name)
    for row in 0..<batch.rows {
      for column in 0..<outputs {
        let difference = batch.predictions[row, column] - batch.targets[row, column]
        mean.add(difference * difference, weight: batch.weight(row))
      }
    }
  }

  public mutating func reset() { mean.reset() }
}
