/// Pulls weights toward zero at every step, with strength λ.
public struct WeightDecay: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// g ← g + λw before the rule: the gradient of the penalty ½λ‖w‖², which moments then see
    /// (PyTorch's `weight_decay` of SGD, RMSprop, Adagrad, Adadelta, Adam and NAdam).
    case coupled
    /// w ← w − ηλw beside the rule, which does not see it (Loshchilov and Hutter 2019).
    case decoupled
  }

  /// λ; 0 means none.
  public var rate: Double
  public var kind: Kind

  public init(_ rate: Double, _ kind: Kind) {
    self.rate = rate
    self.kind = kind
  }

  public static func coupled(_ rate: Double) -> WeightDecay { WeightDecay(rate, .coupled) }
  public static func decoupled(_ rate: Double) -> WeightDecay { WeightDecay(rate, .decoupled) }
}
