public import ApusGraph

/// Divides by the root of a running mean of squares: s ← αs + (1−α)g², w ← w − ηg/(√s + ε)
/// (Tieleman and Hinton 2012, lecture 6.5). Centered subtracts the square of the running mean
/// (Graves 2013); with momentum b ← μb + g/(√s + ε), w ← w − ηb. ε is outside of the root as in
/// PyTorch.
public struct RMSprop: MomentumOptimizer {
  public var learningRate: Double
  /// α: how much of the running mean stays.
  public var smoothing: Double
  public var epsilon: Double
  public var momentum: Double
  public var centered: Bool
  public var weightDecay: WeightDecay

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.01, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    momentum: Double = 0, centered: Bool = false, weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.momentum = momentum
    self.centered = centered
    self.weightDecay = weightDecay
  }

  public var name: String { "rmsprop" }
  public var formula: String { "s ← αs + (1−α)g², w ← w − ηg/(√s + ε)" }

  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("smoothing", smoothing, .belowOne),
      Hyperparameter("epsilon", epsilon, .nonNegative),
      Hyperparameter("momentum", momentum, .belowOne), Hyperparameter("centered", flag: centered),
    ]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    let squares = site.slot("mean_square")
    let s = smoothing * squares + (1 - smoothing) * square(site.gradient)
    site.update(squares, to: s)
    let scaled = site.gradient / (sqrt(centered ? variance(s, site) : s) + epsilon)
    guard momentum != 0 else { return site.parameter - site.rate * scaled }
    let velocity = site.slot("momentum")
    let next = momentum * velocity + scaled
    site.update(velocity, to: next)
    return site.parameter - site.rate * next
  }

  /// The mean of squares less the square of the mean; rounding may put it below 0.
  private func variance(_ s: Tensor, _ site: OptimizerSite) -> Tensor {
    let mean = site.slot("mean")
    let next = smoothing * mean + (1 - smoothing) * site.gradient
    site.update(mean, to: next)
    return max(s - square(next), 0)
  }
}

extension Optimizer where Self == RMSprop {
  public static func rmsprop(learningRate: Double = 0.01, momentum: Double = 0) -> RMSprop {
    RMSprop(learningRate: learningRate, momentum: momentum)
  }
}
