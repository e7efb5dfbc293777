public import ApusGraph

/// Gathers what predictions and targets of batches say, one batch after the other.
///
/// A value: copies do not disturb each other. Batches may be of unequal size; sums and counts are
/// kept, never means of means.
public protocol MetricAccumulator: Sendable {
  /// Takes a batch in. Throws ``MetricError`` when shapes or labels do not fit.
  mutating func update(_ batch: MetricBatch) throws(MetricError)

  /// Forgets all batches.
  mutating func reset()
}

/// An accumulator whose result is one number.
public protocol Metric: MetricAccumulator {
  /// The name in tables and files: `accuracy`.
  var name: String { get }

  /// Over all batches since the last reset; NaN when there was none or it is not defined.
  var value: Double { get }

  /// Whether more is better.
  var increases: Bool { get }
}

/// What the outputs of a model stand for.
public enum MetricTask: Hashable, Sendable {
  /// One of so many classes: a score for each, the largest wins (at a tie the first). Targets are
  /// labels 0 … classes − 1 in one column, or one column for each class.
  case multiclass(Int)
  /// One score; above the threshold (0.5 for probabilities, 0 for logits) it says 1.
  case binary(threshold: Double)
  /// So many scores, each for itself; targets are zeros and ones.
  case multilabel(Int, threshold: Double)
  /// So many real numbers.
  case regression(outputs: Int)

  /// The number of columns of predictions.
  public var columns: Int {
    switch self {
    case .multiclass(let count), .multilabel(let count, _), .regression(let count): count
    case .binary: 1
    }
  }
}

/// Predictions and targets that do not fit a metric.
public struct MetricError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String

  init(_ description: String) { self.description = description }
}
