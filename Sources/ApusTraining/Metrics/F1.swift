/// The harmonic mean of precision and recall: 2·tp / (2·tp + fp + fn) (van Rijsbergen 1979).
///
/// 0/0 counts as 0, as in scikit-learn. For binary outputs it is that of the 1.
public struct F1: Metric {
  public let averaging: Averaging
  public let increases = true
  public private(set) var counts: ClassCounts

  public init(_ task: MetricTask, _ averaging: Averaging = .macro) {
    counts = ClassCounts(task)
    self.averaging = averaging
  }

  public var name: String { "f1\(averaging.suffix)" }

  public var value: Double {
    counts.average(averaging) { right, wrong, missed in
      dividing(2 * right, by: 2 * right + wrong + missed)
    }
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try counts.update(batch)
  }

  public mutating func reset() { counts.reset() }
}
