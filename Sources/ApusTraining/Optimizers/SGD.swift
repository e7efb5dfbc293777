public import ApusGraph

/// Stochastic gradient descent, optionally with momentum: v ← μv + g, w ← w − ηv; with Nesterov's
/// look-ahead w ← w − η(g + μv) (Polyak 1964; Nesterov 1983; as in Sutskever et al. 2013).
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let factorNames: [String] = []
  public let learningRate: Double
  public let momentum: Double
  public let nesterov: Bool

  public init(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
  }

  public var hyperparameters: [(name: String, value: Double)] {
    [("learning_rate", learningRate), ("momentum", momentum), ("nesterov", nesterov ? 1 : 0)]
  }

  public func factors(step: Int, learningRate: Double) -> [Double] { [] }

  public func update(_ site: OptimizerSite) -> Tensor {
    guard momentum != 0 else { return site.parameter - site.rate * site.gradient }
    let velocity = site.slot("momentum")
    let next = momentum * velocity + site.gradient
    site.update(velocity, to: next)
    return site.parameter - site.rate * (nesterov ? site.gradient + momentum * next : next)
  }

  public func validate() throws {
    guard learningRate > 0, learningRate.isFinite else {
      throw OptimizerError(name, "learning rate", mustBe: "positive", found: learningRate)
    }
    guard (0..<1).contains(momentum) else {
      throw OptimizerError(name, "momentum", mustBe: "at least 0 and below 1", found: momentum)
    }
  }
}

extension Optimizer where Self == SGD {
  public static func sgd(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false
  ) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov)
  }
}
