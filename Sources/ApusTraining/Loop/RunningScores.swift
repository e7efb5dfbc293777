import ApusData
import ApusGraph
import ApusLayers

/// Loss and metrics over the rows seen so far; batches of unequal size average rightly.
struct RunningScores {
  private let loss: any Loss
  private var metrics: [any Metric]
  private let gatherer: BatchGatherer
  /// The targets of a batch, in memory that is kept.
  private var targets: [UInt8] = []
  private var numerator = 0.0
  private var denominator = 0.0

  init(_ measure: Measure, _ gatherer: BatchGatherer) {
    loss = measure.loss
    metrics = measure.metrics
    self.gatherer = gatherer
  }

  /// Takes in a run on the examples at `positions`.
  mutating func add(_ run: LastRun, _ positions: UnsafeBufferPointer<Int32>) throws {
    switch loss.reduction.rows {
    case .mean: add(run.loss, weight: Double(run.rows))
    case .weightedMean: add(run.loss, weight: run.divisor ?? Double(run.rows))
    case .sum:
      numerator += run.loss
      denominator = 1
    }
    if !metrics.isEmpty { try measure(run, positions) }
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

  private mutating func measure(
    _ run: LastRun, _ positions: UnsafeBufferPointer<Int32>
  ) throws {
    let byteCount = run.rows * gatherer.targetBytes
    if targets.count < byteCount { targets = Array(repeating: 0, count: byteCount) }
    // Local, because `targets` is lent out meanwhile.
    let gatherer = gatherer
    var metrics: [any Metric] = []
    swap(&metrics, &self.metrics)
    defer { self.metrics = metrics }
    try targets.withUnsafeMutableBytes { memory in
      let memory = UnsafeMutableRawBufferPointer(rebasing: memory[..<byteCount])
      gatherer.gatherTargets(positions, into: memory)
      let width = run.predictions.count / max(run.rows * gatherer.dtype.byteCount, 1)
      let batch = try MetricBatch(
        predictions: MetricMatrix(
          run.predictions, shape: [run.rows, width], dtype: gatherer.dtype),
        targets: MetricMatrix(
          UnsafeRawBufferPointer(memory), shape: [run.rows, gatherer.targetWidth],
          dtype: gatherer.targetDType))
      for index in metrics.indices { try metrics[index].update(batch) }
    }
  }
}
