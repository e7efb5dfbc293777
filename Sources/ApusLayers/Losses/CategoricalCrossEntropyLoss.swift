public import ApusGraph

/// −Σ t·log p over the classes, for probabilities of a softmax head; targets are class numbers or
/// one-hot rows.
///
/// Behind a softmax it is computed from the softmax's input; see ``StableCrossEntropy``.
public struct CategoricalCrossEntropyLoss: Loss {
  public static let stem = "categorical_cross_entropy"
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

  public var formula: String { "−t·log p" + smoothingWords(labelSmoothing) }
  public var predictions: LossPredictions { .distribution }
  public var targets: LossTargets { .classes }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    ApusGraph.categoricalCrossEntropy(
      predictions,
      LossOperands.smoothedClasses(targets, with: predictions, by: labelSmoothing, for: name))
  }

  public func rowWeights(_ predictions: Tensor, _ targets: Tensor) -> Tensor? {
    LossOperands.classWeights(classWeights, predictions, targets, for: name)
  }
}

extension Loss where Self == CategoricalCrossEntropyLoss {
  /// From probabilities; mean over rows.
  public static var categoricalCrossEntropy: CategoricalCrossEntropyLoss {
    CategoricalCrossEntropyLoss()
  }
}
