public import ApusGraph

/// Divides by the root of the sum of all squares so far: s ← s + g², w ← w − ηg/(√s + ε)
/// (Duchi, Hazan and Singer 2011).
///
/// PyTorch's `lr_decay` is left to schedules.
public struct Adagrad: Optimizer {
  public var learningRate: Double
  public var epsilon: Double
  /// The sum before the first step.
  public var initialSum: Double
  public var weightDecay: WeightDecay

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.01, epsilon: Double = 1e-10, initialSum: Double = 0,
    weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.epsilon = epsilon
    self.initialSum = initialSum
    self.weightDecay = weightDecay
  }

  public var name: String { "adagrad" }
  public var formula: String { "s ← s + g², w ← w − ηg/(√s + ε)" }

  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("epsilon", epsilon, .nonNegative),
      Hyperparameter("initial_sum", initialSum, .nonNegative),
    ]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    let sum = site.slot("sum_of_squares", initial: initialSum)
    let next = sum + square(site.gradient)
    site.update(sum, to: next)
    return site.parameter - site.rate * site.gradient / (sqrt(next) + epsilon)
  }
}

extension Optimizer where Self == Adagrad {
  public static func adagrad(learningRate: Double = 0.01) -> Adagrad {
    Adagrad(learningRate: learningRate)
  }
}
