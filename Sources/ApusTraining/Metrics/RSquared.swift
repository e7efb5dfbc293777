/// The share of the targets' variance that predictions explain: 1 − Σ(t − p)² / Σ(t − t̄)², the
/// mean over outputs. Targets that never change give 1 when met exactly and else 0, as in
/// scikit-learn.
public struct RSquared: Metric {
  /// Sums of one output; the spread by Welford's recurrence (1962, weighted by West 1979), so that
  /// targets far from 0 do not cancel.
  private struct Sums {
    var weight = 0.0
    var mean = 0.0
    var spread = 0.0
    var residual = 0.0

    mutating func add(_ prediction: Double, _ target: Double, weight: Double) {
      guard weight != 0 else { return }
      self.weight += weight
      let difference = target - mean
      mean += difference * weight / self.weight
      spread += weight * difference * (target - mean)
      residual += weight * (target - prediction) * (target - prediction)
    }

    var value: Double {
      if weight == 0 { return .nan }
      if spread == 0 { return residual == 0 ? 1 : 0 }
      return 1 - residual / spread
    }
  }

  public let name = "r2"
  public let increases = true
  private var sums: [Sums]

  public init(outputs: Int) { sums = Array(repeating: Sums(), count: outputs) }

  public var perOutput: [Double] { sums.map(\.value) }

  public var value: Double {
    sums.reduce(0) { $0 + $1.value } / Double(max(sums.count, 1))
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(.regression(outputs: sums.count), for: name)
    for row in 0..<batch.rows {
      for column in sums.indices {
        sums[column].add(
          batch.predictions[row, column], batch.targets[row, column], weight: batch.weight(row))
      }
    }
  }

  public mutating func reset() {
    for index in sums.indices { sums[index] = Sums() }
  }
}
