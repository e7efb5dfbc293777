/// How right and wrong answers fall on classes: what precision, recall and F1 are made of.
public struct ClassCounts: MetricAccumulator, Hashable {
  public let task: MetricTask
  /// By class (or label): said and true, said but not true, true but not said. Sums of weights.
  public private(set) var truePositives: [Double]
  public private(set) var falsePositives: [Double]
  public private(set) var falseNegatives: [Double]

  public init(_ task: MetricTask) {
    self.task = task
    let zeros = [Double](repeating: 0, count: task.columns)
    (truePositives, falsePositives, falseNegatives) = (zeros, zeros, zeros)
  }

  public mutating func update(_ batch: MetricBatch) throws(MetricError) {
    try batch.expect(task, for: "precision, recall and F1")
    for row in 0..<batch.rows {
      switch task {
      case .multiclass(let classes):
        let (said, label) = (batch.predictedClass(row), try batch.trueClass(row, of: classes))
        add(batch.weight(row), said: said, label: label)
      case .binary(let threshold), .multilabel(_, let threshold):
        for column in 0..<batch.predictions.columns {
          let isSaid = batch.predictions[row, column] > threshold
          let isTrue = batch.isPositive(row, column)
          add(batch.weight(row), said: isSaid ? column : nil, label: isTrue ? column : nil)
        }
      case .regression:
        throw MetricError("precision, recall and F1 are for classes, not for real numbers")
      }
    }
  }

  public mutating func reset() { self = ClassCounts(task) }

  private mutating func add(_ weight: Double, said: Int?, label: Int?) {
    if let said, said == label {
      truePositives[said] += weight
      return
    }
    if let said { falsePositives[said] += weight }
    if let label { falseNegatives[label] += weight }
  }

  /// A ratio of counts, averaged over classes.
  func average(
    _ averaging: Averaging, _ ratio: (_ right: Double, _ wrong: Double, _ missed: Double) -> Double
  ) -> Double {
    let classes = truePositives.indices
    switch averaging {
    case .micro:
      return ratio(
        truePositives.reduce(0, +), falsePositives.reduce(0, +), falseNegatives.reduce(0, +))
    case .macro:
      return classes.reduce(0) { $0 + value(of: $1, ratio) } / Double(max(classes.count, 1))
    case .weighted:
      let total = truePositives.reduce(0, +) + falseNegatives.reduce(0, +)
      let sum = classes.reduce(0) {
        $0 + value(of: $1, ratio) * (truePositives[$1] + falseNegatives[$1])
      }
      return dividing(sum, by: total)
    case .of(let index):
      return classes.contains(index) ? value(of: index, ratio) : .nan
    }
  }

  private func value(of index: Int, _ ratio: (Double, Double, Double) -> Double) -> Double {
    ratio(truePositives[index], falsePositives[index], falseNegatives[index])
  }
}

/// How numbers of several classes become one.
public enum Averaging: Hashable, Sendable {
  /// The mean over classes, absent ones too.
  case macro
  /// From the counts of all classes together.
  case micro
  /// The mean weighted by how often a class is true.
  case weighted
  /// One class alone.
  case of(Int)

  /// `_micro`; macro is the usual one and adds nothing.
  var suffix: String {
    switch self {
    case .macro: ""
    case .micro: "_micro"
    case .weighted: "_weighted"
    case .of(let index): "_\(index)"
    }
  }
}

/// 0/0 is 0: a class that is never said has precision 0.
func dividing(_ a: Double, by b: Double) -> Double { b == 0 ? 0 : a / b }
