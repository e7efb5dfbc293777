public import ApusGraph

/// Steps in the unit of the weights: s ← ρs + (1−ρ)g², d = g·√(u + ε)/√(s + ε),
/// u ← ρu + (1−ρ)d², w ← w − ηd (Zeiler 2012, where η is 1).
public struct Adadelta: Optimizer {
  public var learningRate: Double
  /// ρ: how much of both running means stays.
  public var smoothing: Double
  public var epsilon: Double
  public var weightDecay: WeightDecay

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 1, smoothing: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public var name: String { "adadelta" }

  public var formula: String {
    "s ← ρs + (1−ρ)g², d = g·√(u+ε)/√(s+ε), u ← ρu + (1−ρ)d², w ← w − ηd"
  }

  /// ε must not be 0, or the first step stays 0 forever.
  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("smoothing", smoothing, .belowOne),
      Hyperparameter("epsilon", epsilon, .positive),
    ]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    let (squares, steps) = (site.slot("mean_square"), site.slot("mean_square_step"))
    let s = smoothing * squares + (1 - smoothing) * square(site.gradient)
    let delta = sqrt(steps + epsilon) / sqrt(s + epsilon) * site.gradient
    site.update(squares, to: s)
    site.update(steps, to: smoothing * steps + (1 - smoothing) * square(delta))
    return site.parameter - site.rate * delta
  }
}

extension Optimizer where Self == Adadelta {
  public static func adadelta(learningRate: Double = 1) -> Adadelta {
    Adadelta(learningRate: learningRate)
  }
}
