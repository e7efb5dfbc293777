public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adaptive moments: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂/(√v̂ + ε) with
/// m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ) (Kingma and Ba 2015). AMSGrad uses the largest v so far
/// (Reddi, Kale and Kumar 2018), taken before the correction as PyTorch does.
public struct Adam: Optimizer {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var amsgrad: Bool
  public var weightDecay: WeightDecay

  /// PyTorch's defaults, which are the paper's.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, amsgrad: Bool = false, weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
    self.weightDecay = weightDecay
  }

  public var name: String { amsgrad ? "amsgrad" : "adam" }

  public var formula: String {
    "m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂/(√v̂ + ε)"
      + (amsgrad ? " with the largest v so far" : "")
  }

  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("beta1", beta1, .belowOne), Hyperparameter("beta2", beta2, .belowOne),
      Hyperparameter("epsilon", epsilon, .nonNegative), Hyperparameter("amsgrad", flag: amsgrad),
    ]
  }

  /// 1/(1−β₁ᵗ) and 1/√(1−β₂ᵗ).
  public var factorNames: [String] { ["first moment correction", "second moment correction"] }

  public func factor(_ index: Int, step: Int) -> Double {
    index == 0
      ? 1 / (1 - pow(beta1, Double(step))) : 1 / (1 - pow(beta2, Double(step))).squareRoot()
  }

  public func update(_ site: OptimizerSite) -> Tensor {
    let (first, second) = (site.slot("first_moment"), site.slot("second_moment"))
    let m = beta1 * first + (1 - beta1) * site.gradient
    let v = beta2 * second + (1 - beta2) * square(site.gradient)
    site.update(first, to: m)
    site.update(second, to: v)
    let spread = sqrt(amsgrad ? largest(v, site) : v) * site.factors[1] + epsilon
    return site.parameter - site.rate * site.factors[0] * m / spread
  }

  private func largest(_ v: Tensor, _ site: OptimizerSite) -> Tensor {
    let slot = site.slot("largest_second_moment")
    let next = max(slot, v)
    site.update(slot, to: next)
    return next
  }
}

extension Optimizer where Self == Adam {
  public static func adam(learningRate: Double = 0.001) -> Adam {
    Adam(learningRate: learningRate)
  }
}
