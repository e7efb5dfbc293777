public import ApusGraph

/// |p − t|, with slope 0 at 0.
public struct AbsoluteError: Loss {
  public static let stem = "absolute_error"
  public static let usualReduction: LossReduction? = nil
  public let reduction: LossReduction

  public init(_ reduction: LossReduction) { self.reduction = reduction }

  public var formula: String { "|p − t|" }
  public var predictions: LossPredictions { .real }
  public var targets: LossTargets { .real }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    return abs(predictions - targets)
  }
}

extension Loss where Self == AbsoluteError {
  /// Mean over rows of the sum over outputs.
  public static var absoluteErrorPerRow: AbsoluteError { AbsoluteError(.meanOfRowSums) }
  /// Mean over rows and outputs.
  public static var meanAbsoluteError: AbsoluteError { AbsoluteError(.meanOverAll) }
}
