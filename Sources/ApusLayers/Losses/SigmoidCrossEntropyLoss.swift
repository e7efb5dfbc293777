public import ApusGraph

/// The binary cross-entropy of σ(z) from the scores z of a linear head, without overflow.
public struct SigmoidCrossEntropyLoss: Loss {
  public static let stem = "sigmoid_cross_entropy"
  public static let usualReduction: LossReduction? = .meanOverAll
  public let reduction: LossReduction
  /// s in t(1 − s) + s/2 (Szegedy et al. 2016).
  public let labelSmoothing: Double
  /// Factor of the terms with t = 1, for rare positives.
  public let positiveWeight: Double

  public init(
    _ reduction: LossReduction = .meanOverAll, labelSmoothing: Double = 0,
    positiveWeight: Double = 1
  ) {
    self.reduction = reduction
    self.labelSmoothing = labelSmoothing
    self.positiveWeight = positiveWeight
  }

  public var formula: String {
    "−\(positiveWeight == 1 ? "" : "\(positiveWeight)·")t·log σ(z) − (1 − t)·log(1 − σ(z))"
      + smoothingWords(labelSmoothing)
  }
  public var predictions: LossPredictions { .binaryLogits }
  public var targets: LossTargets { .binary }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    return ApusGraph.sigmoidCrossEntropy(
      predictions, smoothed(targets, by: labelSmoothing, among: 2), positiveWeight: positiveWeight)
  }
}

extension Loss where Self == SigmoidCrossEntropyLoss {
  /// From scores; mean over rows and outputs.
  public static var sigmoidCrossEntropy: SigmoidCrossEntropyLoss { SigmoidCrossEntropyLoss() }
}
