public import ApusData
import ApusGraph
public import ApusLayers

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a network's outputs say about each row: a class, labels or numbers.
///
/// ```swift
/// let predictions = try network.predictions(for: test)
/// print(predictions.text(ofRow: 0))      // ["7"]
/// ```
public struct Predictions: Sendable {
  public let task: LearningTask
  /// The network's outputs [rows, width], row by row.
  public let outputs: [Double]
  /// Outputs of a row.
  public let width: Int
  /// Nil when the network does not remember its loss.
  let meaning: LossPredictions?

  public var count: Int { outputs.count / width }

  /// - Throws: when the outputs do not match the task.
  init(_ outputs: TensorData, task: LearningTask, meaning: LossPredictions?) throws {
    let width = outputs.shape.dropFirst().reduce(1, *)
    let isOneForTwo = task.isClassification && task.names.count == 2 && width == 1
    guard width == task.names.count || isOneForTwo, width > 0 else {
      throw TrainingError(
        "the network gives \(width) numbers per row for \(task.names.count) names", kind: .badData)
    }
    self.task = task
    self.outputs = outputs.doubles()
    self.width = width
    self.meaning = meaning
  }

  /// The class of a row, counted from 0: the largest output, the first of equal ones.
  public func classIndex(ofRow row: Int) -> Int {
    let values = self.values(ofRow: row)
    if width == 1 { return isYes(values[values.startIndex]) ? 1 : 0 }
    var best = values.startIndex
    for index in values.indices where values[index] > values[best] { best = index }
    return best - values.startIndex
  }

  /// The outputs of a row.
  public func values(ofRow row: Int) -> ArraySlice<Double> {
    outputs[row * width..<(row + 1) * width]
  }

  /// What is predicted, one text per target: the class's name, 0 or 1 per label, or the numbers.
  public func text(ofRow row: Int) -> [String] {
    switch task {
    case .classification(let classes): [classes[classIndex(ofRow: row)]]
    case .multilabel: values(ofRow: row).map { isYes($0) ? "1" : "0" }
    case .regression: values(ofRow: row).map { "\(Float($0))" }
    }
  }

  /// The probability of every class or label of a row.
  ///
  /// Scores go through softmax or sigmoid, as the loss of the training did it.
  /// - Throws: when the outputs are no probabilities and no scores of them.
  public func probabilities(ofRow row: Int) throws -> [Double] {
    let values = self.values(ofRow: row)
    switch meaning {
    case .logits?: return softmax(values)
    case .distribution?: return Array(values)
    case .binaryLogits?: return both(values.map { 1 / (1 + exp(-$0)) })
    case .probabilities?: return both(Array(values))
    default:
      throw TrainingError(
        "the outputs of this network are no probabilities: it was trained for \(task.kind) "
          + "with a loss that does not ask for them")
    }
  }

  /// One probability of the second of two classes, as one for each.
  private func both(_ values: [Double]) -> [Double] {
    task.isClassification && width == 1 ? [1 - values[0], values[0]] : values
  }

  /// Scores count as yes above 0, probabilities above ½.
  private func isYes(_ value: Double) -> Bool {
    switch meaning {
    case .binaryLogits?, .margin?: value > 0
    default: value > 0.5
    }
  }
}

extension Network {
  /// What the network says about every row of a data set, prepared as it remembers.
  public func predictions(for dataset: Dataset) throws -> Predictions {
    let meaning = try notes["loss"].map { try LossList.named($0).predictions }
    return try Predictions(try predict(dataset), task: try outputTask, meaning: meaning)
  }
}

private func softmax(_ scores: ArraySlice<Double>) -> [Double] {
  let largest = scores.max() ?? 0
  let powers = scores.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
