public import ApusGraph

/// t·log(t / p), summed over the outputs: how far the distribution p is from t (Kullback and Leibler
/// 1951). Terms with t = 0 are 0.
public struct KLDivergence: Loss {
  public static let stem = "kl_divergence"
  public static let usualReduction: LossReduction? = .meanOfRowSums
  public let reduction: LossReduction

  public init(_ reduction: LossReduction = .meanOfRowSums) { self.reduction = reduction }

  public var formula: String { "t·log(t / p)" }
  public var predictions: LossPredictions { .distribution }
  public var targets: LossTargets { .distribution }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    let isAbsent = targets .== 0
    let (t, p) = (select(isAbsent, 1, targets), select(isAbsent, 1, predictions))
    return targets * (log(t) - log(p))
  }
}

extension Loss where Self == KLDivergence {
  /// Mean over rows of the sum over outputs.
  public static var klDivergence: KLDivergence { KLDivergence() }
}
