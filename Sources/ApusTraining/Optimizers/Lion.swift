public import ApusGraph

/// Steps by signs alone: c = β₁m + (1−β₁)g, w ← w − η·(sign(c) + λw), m ← β₂m + (1−β₂)g
/// (Chen et al. 2023, "Symbolic discovery of optimization algorithms"). The rate should be 3 to 10
/// times smaller than Adam's.
public struct Lion: Optimizer {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var weightDecay: WeightDecay

  /// The defaults of the authors' code.
  public init(
    learningRate: Double = 0.0001, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = .decoupled(weightDecay)
  }

  public var name: String { "lion" }
  public var formula: String { "w ← w − η(sign(β₁m + (1−β₁)g) + λw), m ← β₂m + (1−β₂)g" }

  public var hyperparameters: [Hyperparameter] {
    [Hyperparameter("beta1", beta1, .belowOne), Hyperparameter("beta2", beta2, .belowOne)]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    let moment = site.slot("first_moment")
    site.update(moment, to: beta2 * moment + (1 - beta2) * site.gradient)
    let direction = sign(beta1 * moment + (1 - beta1) * site.gradient)
    return site.parameter - site.rate * direction
  }
}

extension Optimizer where Self == Lion {
  public static func lion(learningRate: Double = 0.0001, weightDecay: Double = 0) -> Lion {
    Lion(learningRate: learningRate, weightDecay: weightDecay)
  }
}
