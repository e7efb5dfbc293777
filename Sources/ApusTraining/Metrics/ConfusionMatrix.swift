/// How often each class was taken for which: counts [true, predicted].
public struct ConfusionMatrix: MetricAccumulator, Hashable {
  public let task: MetricTask
  public let classes: Int
  /// Sums of weights, row by row: rows are true classes, columns predicted ones.
  public private(set) var counts: [Double]

  /// - Throws: ``MetricError`` for tasks without exclusive classes.
  public init(_ task: MetricTask) throws(MetricError) {
    switch task {
    case .multiclass(let classes): self.classes = classes
    case .binary: classes = 2
    case .multilabel, .regression:
      throw MetricError("a confusion matrix needs classes that exclude each other")
    }
    self.task = task
    counts = [Double](repeating: 0, count: classes * classes)
  }

  /// How often a true class was predicted as another.
  public subscript(_ truth: Int, _ predicted: Int) -> Double {
    counts[truth * classes + predicted]
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(task, for: "confusion matrix")
    for row in 0..<batch.rows {
      let truth = try batch.trueClass(row, of: classes)
      let said: Int
      if case .binary(let threshold) = task {
        said = batch.predictions[row, 0] > threshold ? 1 : 0
      } else {
        said = batch.predictedClass(row)
      }
      counts[truth * classes + said] += batch.weight(row)
    }
  }

  public mutating func reset() {
    for index in counts.indices { counts[index] = 0 }
  }
}
