public import ApusGraph

/// −t·log p − (1 − t)·log(1 − p) for yes-or-no outputs: probabilities of a sigmoid head.
///
/// Behind a sigmoid it is computed from the sigmoid's input; see ``StableCrossEntropy``.
public struct BinaryCrossEntropyLoss: Loss {
  public static let stem = "binary_cross_entropy"
  public static let usualReduction: LossReduction? = .meanOverAll
  public let reduction: LossReduction
  /// s in t(1 − s) + s/2 (Szegedy et al. 2016).
  public let labelSmoothing: Double

  public init(_ reduction: LossReduction = .meanOverAll, labelSmoothing: Double = 0) {
    self.reduction = reduction
    self.labelSmoothing = labelSmoothing
  }

  public var formula: String { "−t·log p − (1 − t)·log(1 − p)" + smoothingWords(labelSmoothing) }
  public var predictions: LossPredictions { .probabilities }
  public var targets: LossTargets { .binary }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    return ApusGraph.binaryCrossEntropy(
      predictions, smoothed(targets, by: labelSmoothing, among: 2))
  }
}

extension Loss where Self == BinaryCrossEntropyLoss {
  /// From probabilities; mean over rows and outputs.
  public static var binaryCrossEntropy: BinaryCrossEntropyLoss { BinaryCrossEntropyLoss() }
}

/// Targets t(1 − s) + s/k, unless s is 0.
func smoothed(_ targets: Tensor, by smoothing: Double, among count: Int) -> Tensor {
  smoothing == 0 ? targets : targets * (1 - smoothing) + smoothing / Double(count)
}

func smoothingWords(_ smoothing: Double) -> String {
  smoothing == 0 ? "" : ", labels smoothed by \(smoothing)"
}
