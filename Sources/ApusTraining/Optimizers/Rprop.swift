public import ApusGraph

/// A step size of its own for every weight, moved by the gradient's sign alone: it grows by η⁺ while
/// the sign stays and shrinks by η⁻ where it turns, and there the weight rests for one step
/// (Riedmiller and Braun 1993, the variant Rprop⁻ with remembered zero, as PyTorch has it).
///
/// For full batches: signs of small batches are mostly noise. The learning rate is the first step
/// size, so schedules have no effect.
public struct Rprop: Optimizer {
  public var learningRate: Double
  /// η⁻.
  public var shrinking: Double
  /// η⁺.
  public var growing: Double
  public var smallestStep: Double
  public var largestStep: Double
  public var weightDecay: WeightDecay

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.01, shrinking: Double = 0.5, growing: Double = 1.2,
    smallestStep: Double = 1e-6, largestStep: Double = 50, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.shrinking = shrinking
    self.growing = growing
    self.smallestStep = smallestStep
    self.largestStep = largestStep
    self.weightDecay = .decoupled(weightDecay)
  }

  public var name: String { "rprop" }
  public var formula: String {
    "w ← w − s·sign(g); s grows while sign(g) stays, shrinks where it turns"
  }

  public var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("shrinking", shrinking, .between(0, 1)),
      Hyperparameter("growing", growing, .between(1, .infinity)),
      Hyperparameter("smallest_step", smallestStep, .between(0, largestStep)),
      Hyperparameter("largest_step", largestStep, .positive),
    ]
  }

  public var factorNames: [String] { [] }

  public func factor(_ index: Int, step: Int) -> Double { 1 }

  public func update(_ site: OptimizerSite) -> Tensor {
    let previous = site.slot("previous_gradient")
    let sizes = site.slot("step_size", initial: learningRate * site.rateFactor)
    let agreement = sign(site.gradient) * sign(previous)
    let ratio = select(
      agreement .> 0, growing, select(agreement .< 0, shrinking, sizes.filled(with: 1)))
    let size = clip(sizes * ratio, smallestStep, largestStep)
    let gradient = select(agreement .< 0, 0, site.gradient)
    site.update(previous, to: gradient)
    site.update(sizes, to: size)
    return site.parameter - size * sign(gradient)
  }
}

extension Optimizer where Self == Rprop {
  public static func rprop(learningRate: Double = 0.01) -> Rprop {
    Rprop(learningRate: learningRate)
  }
}
