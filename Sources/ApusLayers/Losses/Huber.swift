public import ApusGraph

/// ½d² where |d| ≤ δ, else δ(|d| − ½δ), with d = p − t: squared near the target, absolute far from
/// it, so that outliers pull less (Huber 1964).
public struct Huber: Loss {
  public static let stem = "huber"
  public static let usualReduction: LossReduction? = .meanOverAll
  public let delta: Double
  public let reduction: LossReduction

  public init(delta: Double = 1, _ reduction: LossReduction = .meanOverAll) {
    self.delta = delta
    self.reduction = reduction
  }

  public var formula: String {
    "½d² where |d| ≤ \(delta), else \(delta)·(|d| − \(delta / 2)), d = p − t"
  }
  public var predictions: LossPredictions { .real }
  public var targets: LossTargets { .real }

  public func terms(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    let difference = predictions - LossOperands.aligned(targets, with: predictions, for: name)
    let far = delta * (abs(difference) - delta / 2)
    return select(abs(difference) .<= delta, 0.5 * square(difference), far)
  }
}

extension Loss where Self == Huber {
  /// Mean over rows and outputs, δ = 1.
  public static var huber: Huber { Huber() }
  /// Mean over rows and outputs.
  public static func huber(delta: Double) -> Huber { Huber(delta: delta) }
}
