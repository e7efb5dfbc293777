public import ApusEngine
public import ApusGraph

/// Training met a number that is NaN or infinite. The network has the numbers from before the step
/// that made it.
public struct DivergenceError: DiagnosableError, Hashable {
  public let epoch: Int
  /// The batch, counted from 1 since the start of training.
  public let step: Int
  public let loss: Double
  /// Where it began; nil when the reference engine does not meet it, because it keeps subnormals
  /// and rounds once per operation.
  public let cause: FirstBadValue?
  /// The row of the data set, counted from 1, whose numbers it belongs to; nil when it is in no
  /// single row, as in a parameter's gradient.
  public let row: Int?
  public let dataset: String
  public let learningRate: Double

  public var kind: ErrorKind { .other }

  public var description: String {
    "the loss became \(loss.isNaN ? "NaN" : "\(loss)") at step \(step) (epoch \(epoch), "
      + "learning rate \(rate(learningRate)))"
      + (cause.map { "; the first value that is not finite is here: \($0)" } ?? "")
      + (row.map { ", in row \($0) of \(dataset)" } ?? "")
      + "; try a learning rate of \(rate(learningRate / 10)), --clip-norm 1, or look at the data's scale"
  }

  private func rate(_ value: Double) -> String { NumberFormat.short(value, digits: 3) }
}
