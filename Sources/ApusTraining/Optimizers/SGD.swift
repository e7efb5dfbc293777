public import ApusGraph

/// Stochastic gradient descent, optionally with momentum: v ← μv + g, w ← w − ηv; with Nesterov's
/// look-ahead w ← w − η(g + μv) (Polyak 1964; Nesterov 1983; in the form of Sutskever et al. 2013
/// with η outside of v, as PyTorch has it). On the whole data set at once it is gradient descent.
public struct SGD: MomentumOptimizer {
  public var learningRate: Double
  public var momentum: Double
  public var nesterov: Bool
  public var weightDecay: WeightDecay

  /// PyTorch has no default rate; 0.01 is Keras's.
  public init(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
    weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }

  public var name: String { nesterov ? "nesterov" : "sgd" }

  public var formula: String {
    nesterov ? "v ← μv + g, w ← w − η(g + μv)" : "w ← w − ηg; with momentum v ← μv + g, w ← w − ηv"
  }

  public var hyperparameters: [Hyperparameter] {
    [Hyperparameter("momentum", momentum, .belowOne), Hyperparameter("nesterov", flag: nesterov)]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    guard momentum != 0 else { return site.parameter - site.rate * site.gradient }
    let velocity = site.slot("momentum")
    let next = momentum * velocity + site.gradient
    site.update(velocity, to: next)
    return site.parameter - site.rate * (nesterov ? site.gradient + momentum * next : next)
  }
}

extension Optimizer where Self == SGD {
  public static func sgd(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false
  ) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov)
  }
}
