import ApusFormats
import ApusGraph
import ApusTraining
import Testing

/// Against scikit-learn, fed in unequal batches; see Tests/Fixtures/README.md.
struct MetricFixtureTests {
  let tensors: Safetensors

  init() throws { tensors = try fixtureTensors("metrics/metrics.safetensors") }

  @Test(arguments: [("multiclass", 5), ("multiclass_absent", 6)])
  func classes(group: String, count: Int) throws {
    let task = MetricTask.multiclass(count)
    try expect(Accuracy(task), "accuracy", in: group)
    for k in 1...3 { try expect(TopK(k, classes: count), "top_\(k)", in: group) }
    try expectAveraged(task, in: group, perClass: "perClass")
    try expectConfusion(task, in: group)
  }

  @Test(arguments: ["binary", "binary_ties"])
  func binary(group: String) throws {
    let task = MetricTask.binary(threshold: 0.5)
    try expect(Accuracy(task), "accuracy", in: group)
    try expect(Precision(task), "precision", in: group)
    try expect(Recall(task), "recall", in: group)
    try expect(F1(task), "f1", in: group)
    try expect(ROCAUC(task), "rocAUC", in: group)
    try expectConfusion(task, in: group)
  }

  @Test func multilabel() throws {
    let task = MetricTask.multilabel(4, threshold: 0.5)
    try expect(Accuracy(task), "accuracy_entries", in: "multilabel")
    try expect(ExactMatch(labels: 4), "accuracy_rows", in: "multilabel")
    try expect(ROCAUC(task), "rocAUC_macro", in: "multilabel")
    try expectAveraged(task, in: "multilabel", perClass: "perLabel")
  }

  @Test(arguments: [("regression", 1), ("regression_outputs", 3)])
  func regression(group: String, outputs: Int) throws {
    try expect(MeanAbsoluteError(outputs: outputs), "meanAbsoluteError", in: group)
    try expect(MeanSquaredError(outputs: outputs), "meanSquaredError", in: group)
    try expect(RootMeanSquaredError(outputs: outputs), "rootMeanSquaredError", in: group)
    try expect(RSquared(outputs: outputs), "r2", in: group)
    let each = try fed(RSquared(outputs: outputs), group).perOutput
    #expect(drift(each, from: try expected("r2_perOutput", in: group)) < 1e-12)
  }

  private func expectAveraged(_ task: MetricTask, in group: String, perClass: String) throws {
    let averagings: [(Averaging, String)] = [
      (.macro, "macro"), (.micro, "micro"), (.weighted, "weighted"),
    ]
    for (averaging, name) in averagings where tensors["\(group)/metric/f1_\(name)"] != nil {
      try expect(Precision(task, averaging), "precision_\(name)", in: group)
      try expect(Recall(task, averaging), "recall_\(name)", in: group)
      try expect(F1(task, averaging), "f1_\(name)", in: group)
    }
    for index in 0..<task.columns {
      try expect(Precision(task, .of(index)), "precision_\(perClass)", index, in: group)
      try expect(Recall(task, .of(index)), "recall_\(perClass)", index, in: group)
      try expect(F1(task, .of(index)), "f1_\(perClass)", index, in: group)
    }
  }

  private func expectConfusion(_ task: MetricTask, in group: String) throws {
    let matrix = try fed(ConfusionMatrix(task), group)
    #expect(matrix.counts == (try expected("confusion", in: group)))
  }

  private func expect(
    _ metric: some Metric, _ name: String, _ index: Int = 0, in group: String
  ) throws {
    let value = try fed(metric, group).value
    let wanted = try expected(name, in: group)[index]
    #expect(abs(value - wanted) < 1e-12, "\(group) \(metric.name): \(value), not \(wanted)")
  }

  private func expected(_ name: String, in group: String) throws -> [Double] {
    try #require(tensors["\(group)/metric/\(name)"]).doubles()
  }

  /// A metric after all rows of a group, in batches of 1, 2, 3, … rows.
  private func fed<M: MetricAccumulator>(_ metric: M, _ group: String) throws -> M {
    let scores = try #require(tensors["\(group)/scores"] ?? tensors["\(group)/predictions"])
    let targets = try #require(tensors["\(group)/labels"] ?? tensors["\(group)/targets"])
    var metric = metric
    var (start, size) = (0, 1)
    while start < scores.shape[0] {
      let end = min(start + size, scores.shape[0])
      try metric.update(
        predictions: rows(scores, start..<end), targets: rows(targets, start..<end))
      (start, size) = (end, size + 1)
    }
    return metric
  }

  private func rows(_ data: TensorData, _ range: Range<Int>) -> TensorData {
    let width = data.shape.dropFirst().reduce(1, *)
    let values = data.doubles()[range.lowerBound * width..<range.upperBound * width]
    return TensorData(
      doubles: Array(values), shape: [range.count] + data.shape.dropFirst(), dtype: data.dtype)
  }
}

struct MetricTests {
  /// A row of weight 2 counts as two rows.
  @Test(arguments: ["accuracy", "top_3", "precision", "recall_weighted", "f1_micro", "roc_auc"])
  func weightsCountRows(name: String) throws {
    let scores: [Float] = [0.1, 0.7, 0.2, 0.5, 0.1, 0.4, 0.3, 0.3, 0.4, 0.6, 0.3, 0.1]
    let labels: [Int32] = [1, 2, 0, 0]
    var weighted = try Metrics.named(name, for: .multiclass(3))
    try weighted.update(
      predictions: TensorData(scores, shape: [4, 3]), targets: TensorData(labels),
      weights: TensorData([1, 2, 1, 0] as [Float]))
    var repeated = try Metrics.named(name, for: .multiclass(3))
    let rows = [0, 1, 1, 2]
    try repeated.update(
      predictions: TensorData(
        rows.flatMap { Array(scores[$0 * 3..<$0 * 3 + 3]) }, shape: [4, 3]),
      targets: TensorData(rows.map { labels[$0] }))
    #expect(weighted.value == repeated.value || weighted.value.isNaN && repeated.value.isNaN)
  }

  @Test func weightedRegressionCountsRows() throws {
    for name in Metrics.names(for: .regression(outputs: 1)) {
      var weighted = try Metrics.named(name, for: .regression(outputs: 1))
      try weighted.update(
        predictions: TensorData([1.0, 2, 4]), targets: TensorData([1.5, 1, 5]),
        weights: TensorData([1.0, 3, 0]))
      var repeated = try Metrics.named(name, for: .regression(outputs: 1))
      try repeated.update(
        predictions: TensorData([1.0, 2, 2, 2]), targets: TensorData([1.5, 1, 1, 1]))
      #expect(abs(weighted.value - repeated.value) < 1e-12, "\(name)")
    }
  }

  @Test func oneHotTargetsAreLabels() throws {
    let scores = TensorData([0.1, 0.7, 0.2, 0.5, 0.1, 0.4], shape: [2, 3])
    var accuracy = Accuracy(.multiclass(3))
    try accuracy.update(
      predictions: scores, targets: TensorData([0.0, 1, 0, 0, 0, 1], shape: [2, 3]))
    #expect(accuracy.value == 0.5)
  }

  @Test func nothingSeenOrOnlyNaNIsNeverRight() throws {
    var accuracy = Accuracy(.multiclass(2))
    #expect(accuracy.value.isNaN)
    try accuracy.update(
      predictions: TensorData([Double.nan, .nan], shape: [1, 2]),
      targets: TensorData([0] as [Int32]))
    #expect(accuracy.value == 0)
    accuracy.reset()
    #expect(accuracy.value.isNaN)
    #expect(ROCAUC(.binary(threshold: 0.5)).value.isNaN)
  }

  @Test func constantTargetsHaveNoVarianceToExplain() throws {
    var exact = RSquared(outputs: 1)
    try exact.update(predictions: TensorData([2.0, 2]), targets: TensorData([2.0, 2]))
    #expect(exact.value == 1)
    try exact.update(predictions: TensorData([3.0]), targets: TensorData([2.0]))
    #expect(exact.value == 0)
  }

  @Test func mistakesSayWhatDoesNotFit() throws {
    let scores = TensorData([0.1, 0.9], shape: [1, 2])
    func text(_ labels: TensorData, _ task: MetricTask = .multiclass(2)) -> String? {
      message {
        var metric = Accuracy(task)
        try metric.update(predictions: scores, targets: labels)
      }
    }
    let outOfRange = text(TensorData([2] as [Int32]))
    #expect(outOfRange == "row 0 has the label 2.0, but the classes are 0 … 1")
    #expect(text(TensorData([Double.nan]))?.contains("label nan") == true)
    #expect(text(TensorData([1.0, 0]))?.contains("1 rows of predictions, but 2") == true)
    #expect(text(TensorData([1.0]), .binary(threshold: 0.5))?.contains("expects 1 column") == true)
    #expect(text(TensorData([1.0]), .multilabel(2, threshold: 0))?.contains("of targets") == true)
    #expect(text(scores, .regression(outputs: 2))?.contains("for classes") == true)
    #expect(text(TensorData(scalar: 1.0))?.contains("[rows, …]") == true)
  }

  @Test(arguments: [
    MetricTask.regression(outputs: 2), .binary(threshold: 0), .multiclass(7),
    .multilabel(3, threshold: 0.5),
  ])
  func namesMakeTheMetricOfThatName(task: MetricTask) throws {
    for name in Metrics.names(for: task) {
      #expect(try Metrics.named(name, for: task).name == name)
    }
    #expect(message { _ = try Metrics.named("", for: task) }?.contains("There are") == true)
  }

  @Test func unknownNamesGetAHint() {
    let text = message { _ = try Metrics.named("acuracy", for: .multiclass(3)) }
    #expect(text?.contains("Did you mean \"accuracy\"?") == true)
    #expect(message { _ = try Metrics.named("top_9", for: .multiclass(3)) } != nil)
    #expect(message { _ = try Metrics.named("r2", for: .multiclass(3)) } != nil)
  }
}
