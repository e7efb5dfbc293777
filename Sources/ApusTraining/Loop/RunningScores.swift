import ApusData
import ApusGraph
import ApusLayers

/// Loss and metrics over the rows seen so far; batches of unequal size average rightly.
struct RunningScores {
  private let reduction: LossReduction
  private var metrics: [any Metric]
  private let dtype: DType
  private let targetDType: DType
  private var numerator = 0.0
  private var denominator = 0.0

  init(_ measure: Measure, _ gatherer: BatchGatherer) {
    reduction = measure.loss.reduction
    metrics = measure.metrics
    dtype = gatherer.dtype
    targetDType = gatherer.targetDType
  }

  /// Takes in a run.
  mutating func add(_ run: LastRun) throws {
    switch reduction.rows {
    case .mean: add(run.loss, weight: Double(run.rows))
    case .weightedMean: add(run.loss, weight: run.divisor ?? Double(run.rows))
    case .sum:
      numerator += run.loss
      denominator = 1
    }
    if !metrics.isEmpty { try measure(run) }
  }

  mutating func reset() {
    (numerator, denominator) = (0, 0)
    for index in metrics.indices { metrics[index].reset() }
  }

  /// The loss first, then the metrics in their order.
  var scores: Scores {
    var scores = Scores([("loss", denominator > 0 ? numerator / denominator : .nan)])
    for metric in metrics { scores.append(metric.name, metric.value) }
    return scores
  }

  private mutating func add(_ mean: Double, weight: Double) {
    numerator += mean * weight
    denominator += weight
  }

  private mutating func measure(_ run: LastRun) throws {
    let batch = try MetricBatch(
      predictions: MetricMatrix(run.predictions, rows: run.rows, dtype: dtype),
      targets: MetricMatrix(run.targets, rows: run.rows, dtype: targetDType))
    for index in metrics.indices { try metrics[index].update(batch) }
  }
}
