public import ApusGraph

/// (p − t)², in three customary reductions and any other.
public struct SquaredError: Loss {
  public static let stem = "squared_error"
  public static let usualReduction: LossReduction? = nil
  public let reduction: LossReduction

  public init(_ reduction: LossReduction) { self.reduction = reduction }

  public var formula: String { "(p − t)²" }
  public var predictions: LossPredictions { .real }
  public var targets: LossTargets { .real }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    return square(predictions - targets)
  }
}

extension Loss where Self == SquaredError {
  /// Mean over rows of the sum over outputs, as deck 003 divides by the number of rows.
  public static var squaredErrorPerRow: SquaredError { SquaredError(.meanOfRowSums) }
  /// Mean over rows and outputs, as Keras and PyTorch mean by "mse".
  public static var meanSquaredError: SquaredError { SquaredError(.meanOverAll) }
  /// Mean over rows of ½ the sum over outputs, so that the gradient of a row is p − t.
  public static var halfSquaredErrorPerRow: SquaredError { SquaredError(.halfMeanOfRowSums) }
  /// (p − t)² with any reduction.
  public static func squaredError(_ reduction: LossReduction) -> SquaredError {
    SquaredError(reduction)
  }
}
