public import ApusGraph

/// −Σ t·log softmax(z) over the classes, from the scores z of a linear head, without overflow; targets
/// are class numbers or one-hot rows.
public struct SoftmaxCrossEntropyLoss: Loss {
  public static let stem = "softmax_cross_entropy"
  public static let usualReduction: LossReduction? = .meanOfRowSums
  public let reduction: LossReduction
  /// s in t(1 − s) + s/K for K classes (Szegedy et al. 2016).
  public let labelSmoothing: Double
  /// One factor per class for rows of that class; nil when all weigh 1.
  public let classWeights: [Double]?

  public init(
    over rows: LossReduction.Rows = .mean, labelSmoothing: Double = 0,
    classWeights: [Double]? = nil
  ) {
    reduction = LossReduction(outputs: .sum, rows: rows)
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
  }

  public var formula: String { "−t·log softmax(z)" + smoothingWords(labelSmoothing) }
  public var predictions: LossPredictions { .logits }
  public var targets: LossTargets { .classes }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    ApusGraph.softmaxCrossEntropy(
      predictions,
      LossOperands.smoothedClasses(targets, with: predictions, by: labelSmoothing, for: name))
  }

  public func rowWeights(_ predictions: Tensor, _ targets: Tensor) -> Tensor? {
    LossOperands.classWeights(classWeights, predictions, targets, for: name)
  }
}

extension Loss where Self == SoftmaxCrossEntropyLoss {
  /// From scores; mean over rows.
  public static var softmaxCrossEntropy: SoftmaxCrossEntropyLoss { SoftmaxCrossEntropyLoss() }
}
