/// The share of right answers: of rows for classes and binary outputs, of entries for several
/// labels.
public struct Accuracy: Metric {
  public let name = "accuracy"
  public let increases = true
  public let task: MetricTask
  private var share = RunningMean()

  public init(_ task: MetricTask) { self.task = task }

  public var value: Double { share.value }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(task, for: name)
    for row in 0..<batch.rows {
      share.add(try rightShare(batch, row), weight: batch.weight(row))
    }
  }

  public mutating func reset() { share.reset() }

  private func rightShare(_ batch: MetricBatch, _ row: Int) throws(MetricError) -> Double {
    switch task {
    case .multiclass(let classes):
      return try batch.isAmongTop(1, row, label: batch.trueClass(row, of: classes)) ? 1 : 0
    case .binary(let threshold), .multilabel(_, let threshold):
      return Double(batch.agreements(row, threshold)) / Double(batch.predictions.columns)
    case .regression:
      throw MetricError("accuracy is for classes; for real numbers use mae, rmse or r2")
    }
  }
}

/// The share of rows whose labels are all right.
public struct ExactMatch: Metric {
  public let name = "exact_match"
  public let increases = true
  public let labels: Int
  public let threshold: Double
  private var share = RunningMean()

  public init(labels: Int, threshold: Double = 0.5) {
    self.labels = labels
    self.threshold = threshold
  }

  public var value: Double { share.value }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(.multilabel(labels, threshold: threshold), for: name)
    for row in 0..<batch.rows {
      let isRight = batch.agreements(row, threshold) == labels
      share.add(isRight ? 1 : 0, weight: batch.weight(row))
    }
  }

  public mutating func reset() { share.reset() }
}

extension MetricBatch {
  /// How many entries of a row fall on the right side of the threshold.
  fileprivate func agreements(_ row: Int, _ threshold: Double) -> Int {
    var count = 0
    for column in 0..<predictions.columns
    where (predictions[row, column] > threshold) == isPositive(row, column) {
      count += 1
    }
    return count
  }
}
