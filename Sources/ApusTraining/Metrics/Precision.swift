/// The share of a class's answers that are true: tp / (tp + fp).
///
/// 0/0 counts as 0, as in scikit-learn. For binary outputs it is that of the 1.
public struct Precision: Metric {
  public let averaging: Averaging
  public let increases = true
  public private(set) var counts: ClassCounts

  public init(_ task: MetricTask, _ averaging: Averaging = .macro) {
    counts = ClassCounts(task)
    self.averaging = averaging
  }

  public var name: String { "precision\(averaging.suffix)" }

  public var value: Double {
    counts.average(averaging) { right, wrong, _ in dividing(right, by: right + wrong) }
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try counts.update(batch)
  }

  public mutating func reset() { counts.reset() }
}
