public import ApusGraph

/// max(0, 1 − t·p) with t = ±1: 0 once the prediction is on the right side by a margin (Cortes and
/// Vapnik 1995). Slope 0 at the kink.
public struct Hinge: Loss {
  public static let stem = "hinge"
  public static let usualReduction: LossReduction? = .meanOverAll
  public let reduction: LossReduction

  public init(_ reduction: LossReduction) { self.reduction = reduction }

  public var formula: String { "max(0, 1 − t·p), t = ±1" }
  public var predictions: LossPredictions { .margin }
  public var targets: LossTargets { .signs }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let targets = LossOperands.aligned(targets, with: predictions, for: name)
    return relu(1 - targets * predictions)
  }
}

extension Loss where Self == Hinge {
  /// Mean over rows and outputs.
  public static var hinge: Hinge { Hinge(.meanOverAll) }
}
