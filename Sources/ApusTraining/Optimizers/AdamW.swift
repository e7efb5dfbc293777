public import ApusGraph

/// Adam with decoupled weight decay: w ← w − ηλw beside Adam's step, so that the decay is not
/// divided by √v̂ (Loshchilov and Hutter 2019).
public struct AdamW: Optimizer {
  /// The step beside the decay.
  public var adam: Adam

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, amsgrad: Bool = false, weightDecay: Double = 0.01
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      weightDecay: .decoupled(weightDecay))
  }

  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }

  public var weightDecay: WeightDecay {
    get { adam.weightDecay }
    set { adam.weightDecay = newValue }
  }

  public var name: String { "adamw" }
  public var formula: String { "w ← w − ηλw, then adam's step" }
  public var hyperparameters: [Hyperparameter] { adam.hyperparameters }
  public var factorNames: [String] { adam.factorNames }

  public func factor(_ index: Int, step: Int) -> Double { adam.factor(index, step: step) }

  public func update(_ site: OptimizerSite) -> Tensor { adam.update(site) }
}

extension Optimizer where Self == AdamW {
  public static func adamW(learningRate: Double = 0.001, weightDecay: Double = 0.01) -> AdamW {
    AdamW(learningRate: learningRate, weightDecay: weightDecay)
  }
}
