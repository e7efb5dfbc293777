/// The area under the receiver operating characteristic: how likely a random positive row scores
/// higher than a random negative one, ties counting half (Hanley and McNeil 1982).
///
/// For several classes or labels the mean over one-against-all areas. Keeps all scores. NaN where
/// positives or negatives are missing, or a score is NaN.
public struct ROCAUC: Metric {
  private struct Score {
    let value: Double
    let isPositive: Bool
    let weight: Double
  }

  public let name = "roc_auc"
  public let increases = true
  public let task: MetricTask
  private var scores: [[Score]]

  public init(_ task: MetricTask) {
    self.task = task
    scores = Array(repeating: [], count: task.columns)
  }

  /// The area of each class or label against all others.
  public var perClass: [Double] { scores.map(Self.area) }

  public var value: Double {
    perClass.reduce(0, +) / Double(max(scores.count, 1))
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(task, for: name)
    if case .regression = task { throw MetricError("roc_auc is for classes, not for real numbers") }
    for row in 0..<batch.rows {
      var label: Int?
      if case .multiclass(let classes) = task { label = try batch.trueClass(row, of: classes) }
      for column in scores.indices {
        scores[column].append(
          Score(
            value: batch.predictions[row, column],
            isPositive: label.map { $0 == column } ?? batch.isPositive(row, column),
            weight: batch.weight(row)))
      }
    }
  }

  public mutating func reset() {
    for column in scores.indices { scores[column].removeAll(keepingCapacity: true) }
  }

  /// Walks the scores upwards; each positive wins over all negatives below it and half of those at
  /// its height.
  private static func area(_ scores: [Score]) -> Double {
    if scores.contains(where: { $0.value.isNaN }) { return .nan }
    let sorted = scores.sorted { $0.value < $1.value }
    var (wins, positives, negativesBelow, index) = (0.0, 0.0, 0.0, 0)
    while index < sorted.count {
      var (positive, negative) = (0.0, 0.0)
      let height = sorted[index].value
      while index < sorted.count, sorted[index].value == height {
        if sorted[index].isPositive {
          positive += sorted[index].weight
        } else {
          negative += sorted[index].weight
        }
        index += 1
      }
      wins += positive * (negativesBelow + negative / 2)
      positives += positive
      negativesBelow += negative
    }
    return wins / (positives * negativesBelow)
  }
}
