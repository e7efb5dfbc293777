public import ApusData
import ApusEngine
import ApusGraph
public import ApusLayers

/// What is measured: a loss and metrics.
struct Measure {
  let loss: any Loss
  let metrics: [any Metric]

  /// Gathers rows with the targets that the loss takes, prepared as the network remembers.
  func gatherer(
    for dataset: Dataset, _ network: Network, _ precision: DType
  ) throws -> BatchGatherer {
    let expected = network.inputs.first?.shape.reduce(1, *) ?? 0
    guard dataset.featureCount == expected else {
      throw TrainingError(
        "the network takes \(expected) features, the data set '\(dataset.name)' has "
          + "\(dataset.featureCount)", kind: .badData)
    }
    guard dataset.isLabeled else {
      throw TrainingError("the data set '\(dataset.name)' has no targets", kind: .badData)
    }
    let output = try network.build(.inference).outputs.first
    if let output { try loss.check(head: Head(of: output), targets: dataset.task.targetKind) }
    let gatherer = try BatchGatherer(
      dataset, preprocessing: try network.preprocessing(for: dataset), dtype: precision)
    try gatherer.checkCompleteness()
    return gatherer
  }
}

extension LearningTask {
  /// What the data has to offer a loss.
  var targetKind: TargetKind {
    switch self {
    case .classification(let classes): .classes(count: classes.count)
    case .multilabel(let labels): .binary(columns: labels.count)
    case .regression(let outputs): .real(columns: outputs.count)
    }
  }
}

extension BatchGatherer {
  /// The type of a batch's targets: [N] class numbers or [N, outputs].
  var targetType: TensorType {
    encoding == .indices
      ? TensorType([.n], .int32) : TensorType([.n, Dimension(targetWidth)], .float32)
  }
}

extension MetricTask {
  /// What the outputs behind a loss stand for: scores count as yes above 0, probabilities above ½.
  public init(_ task: LearningTask, _ loss: any Loss, outputs: Int) {
    let threshold = loss.predictions == .binaryLogits || loss.predictions == .margin ? 0 : 0.5
    switch task {
    case .classification where outputs == 1: self = .binary(threshold: threshold)
    case .classification(let classes): self = .multiclass(classes.count)
    case .multilabel(let labels): self = .multilabel(labels.count, threshold: threshold)
    case .regression(let outputs): self = .regression(outputs: outputs.count)
    }
  }
}

extension Metrics {
  /// What is reported for a network, a task and a loss when nothing is asked for.
  public static func usual(
    for task: LearningTask, _ loss: any Loss, _ network: Network
  ) throws -> [any Metric] {
    let width = try network.build(.inference).outputs.first?.shape.dimensions.last?.constant
    return usual(for: MetricTask(task, loss, outputs: width ?? 1))
  }
}
