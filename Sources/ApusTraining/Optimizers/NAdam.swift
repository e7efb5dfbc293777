public import ApusGraph

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam with Nesterov's look-ahead (Dozat 2016), with the momentum schedule of that paper as
/// PyTorch has it: μₜ = β₁(1 − ½·0.96^(tψ)) and
/// w ← w − η·((1−μₜ)/(1−Πμ₁…μₜ)·g + μₜ₊₁/(1−Πμ₁…μₜ₊₁)·m) / (√v̂ + ε).
public struct NAdam: Optimizer {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// ψ: how fast μ grows from ½β₁ to β₁.
  public var momentumDecay: Double
  public var weightDecay: WeightDecay

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.002, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, momentumDecay: Double = 0.004, weightDecay: WeightDecay = .coupled(0)
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.momentumDecay = momentumDecay
    self.weightDecay = weightDecay
  }

  public var name: String { "nadam" }
  public var formula: String { "adam with Nesterov's look-ahead in m̂" }

  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("beta1", beta1, .belowOne), Hyperparameter("beta2", beta2, .belowOne),
      Hyperparameter("epsilon", epsilon, .nonNegative),
      Hyperparameter("momentum_decay", momentumDecay, .nonNegative),
    ]
  }

  public var factorNames: [String] {
    ["gradient share", "first moment share", "second moment correction"]
  }

  public func factor(_ index: Int, step: Int) -> Double {
    switch index {
    case 0: (1 - momentum(step)) / (1 - momentumProduct(step))
    case 1: momentum(step + 1) / (1 - momentumProduct(step + 1))
    default: 1 / (1 - pow(beta2, Double(step))).squareRoot()
    }
  }

  public func update(_ site: OptimizerSite) -> Tensor {
    let (first, second) = (site.slot("first_moment"), site.slot("second_moment"))
    let m = beta1 * first + (1 - beta1) * site.gradient
    let v = beta2 * second + (1 - beta2) * square(site.gradient)
    site.update(first, to: m)
    site.update(second, to: v)
    let direction = site.factors[0] * site.gradient + site.factors[1] * m
    return site.parameter - site.rate * direction / (sqrt(v) * site.factors[2] + epsilon)
  }

  private func momentum(_ step: Int) -> Double {
    beta1 * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay))
  }

  /// Πμ₁…μₛ. Factors are at most β₁, so it soon no longer shows beside 1 and the loop ends.
  private func momentumProduct(_ steps: Int) -> Double {
    let ratio = pow(0.96, momentumDecay)
    var (product, power, step) = (1.0, 1.0, 0)
    while step < steps, product > 1e-20 {
      power *= ratio
      product *= beta1 * (1 - 0.5 * power)
      step += 1
    }
    return product
  }
}

extension Optimizer where Self == NAdam {
  public static func nAdam(learningRate: Double = 0.002) -> NAdam {
    NAdam(learningRate: learningRate)
  }
}
