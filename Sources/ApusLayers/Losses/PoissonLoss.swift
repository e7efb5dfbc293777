public import ApusGraph

/// The negative log-likelihood of counts t, without the term that depends on t alone: p − t·log p for
/// a positive rate p, or eᶻ − t·z for its logarithm z.
public struct PoissonLoss: Loss {
  public static let stem = "poisson"
  public static let usualReduction: LossReduction? = .meanOverAll
  public let reduction: LossReduction
  /// Whether predictions are logarithms of rates, which any number can be.
  public let fromLogRate: Bool

  public init(_ reduction: LossReduction = .meanOverAll, fromLogRate: Bool = false) {
    self.reduction = reduction
    self.fromLogRate = fromLogRate
  }

  public var name: String {
    let stem = Self.stem + (fromLogRate ? "_from_log_rate" : "")
    return reduction == Self.usualReduction ? stem : reduction.name(of: stem)
  }
  public var formula: String { fromLogRate ? "exp(z) − t·z" : "p − t·log p" }
  public var predictions: LossPredictions { fromLogRate ? .real : .rates }
  public var targets: LossTargets { .counts }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    if fromLogRate { return exp(predictions) - targets * predictions }
    return predictions - targets * log(predictions)
  }
}

extension Loss where Self == PoissonLoss {
  /// From rates; mean over rows and outputs.
  public static var poisson: PoissonLoss { PoissonLoss() }
  /// From logarithms of rates; mean over rows and outputs.
  public static var poissonFromLogRate: PoissonLoss { PoissonLoss(fromLogRate: true) }
}
