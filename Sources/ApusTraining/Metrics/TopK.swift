/// The share of rows whose class is among the k largest scores.
public struct TopK: Metric {
  public let k: Int
  public let classes: Int
  public let increases = true
  private var share = RunningMean()

  public init(_ k: Int, classes: Int) {
    self.k = k
    self.classes = classes
  }

  public var name: String { "top_\(k)" }

  public var value: Double { share.value }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(.multiclass(classes), for: name)
    for row in 0..<batch.rows {
      let isAmong = batch.isAmongTop(k, row, label: try batch.trueClass(row, of: classes))
      share.add(isAmong ? 1 : 0, weight: batch.weight(row))
    }
  }

  public mutating func reset() { share.reset() }
}

extension MetricBatch {
  /// Whether fewer than k columns come before the label's: a larger score, or an equal one further
  /// left. A NaN comes before everything.
  func isAmongTop(_ k: Int, _ row: Int, label: Int) -> Bool {
    precondition(label >= 0 && label < predictions.columns, "MetricBatch: label \(label)")
    return predictions.withRow(
      row, { Self.isAmongTop(k, $0, label) }, { Self.isAmongTop(k, $0, label) })
      ?? Self.isAmongTop(k, (0..<predictions.columns).map { predictions[row, $0] }, label)
  }

  private static func isAmongTop<Scores: RandomAccessCollection>(
    _ k: Int, _ scores: Scores, _ label: Int
  ) -> Bool where Scores.Element: BinaryFloatingPoint, Scores.Index == Int {
    let score = scores[label]
    // The label's own column counts itself.
    var before = -1
    // Without branches and as long for each label, for which way they go is what the network has to
    // learn.
    for column in 0..<scores.count {
      let isBehind = scores[column] < score || (scores[column] == score && column > label)
      before += isBehind ? 0 : 1
    }
    return before < k && !score.isNaN
  }
}
