public import ApusGraph
public import ApusLayers

/// Everything between the loss and the new parameters, as one value: optimizer, parameter groups,
/// accumulation, clipping, constraint and weight average.
///
/// The order is: gradients of the loss, mean over accumulated batches, clipping, coupled weight
/// decay, the optimizer's rule with decoupled weight decay beside it, constraint, weight average.
public struct UpdateRule: Sendable {
  public var optimizer: any Optimizer
  /// The first group that selects a parameter decides; others train with the common settings.
  public var groups: [ParameterGroup]
  /// Applied in order to all trained gradients together.
  public var clipping: [any GradientTransform]
  public var weightAverage: WeightAverage?
  public var constraint: MaxNorm?
  /// How many batches make one update; see ``EmittedUpdates/accumulation``.
  public var accumulation: Int
  /// Whether to emit the norm of all gradients together.
  public var reportsGradientNorm: Bool

  public init(
    optimizer: any Optimizer, groups: [ParameterGroup] = [],
    clipping: [any GradientTransform] = [], weightAverage: WeightAverage? = nil,
    constraint: MaxNorm? = nil, accumulation: Int = 1, reportsGradientNorm: Bool = false
  ) {
    self.optimizer = optimizer
    self.groups = groups
    self.clipping = clipping
    self.weightAverage = weightAverage
    self.constraint = constraint
    self.accumulation = accumulation
    self.reportsGradientNorm = reportsGradientNorm
  }

  /// The name of the scalar input that carries the learning rate of groups with the factor 1.
  public static let learningRateName = "learning rate"

  /// Throws ``OptimizerError`` when a number is out of range.
  public func validate() throws {
    try optimizer.validate()
    for group in groups { try group.validate() }
    for transform in clipping { try transform.validate() }
    try weightAverage?.validate()
    try constraint?.validate()
    guard accumulation >= 1 else {
      throw OptimizerError("accumulation must be at least 1 batch, found \(accumulation)")
    }
  }

  /// Adds the gradients and updates of parameters to the graph of a loss, a scalar.
  ///
  /// - Throws: ``OptimizerError`` when a number is out of range, a group selects nothing or
  ///   nothing is left to train. Mistakes of the graph itself are remembered by the graph.
  public func emit(
    graph: Graph, loss: Tensor, parameters: [(path: String, tensor: Tensor, role: ParameterRole)]
  ) throws -> EmittedUpdates {
    try validate()
    let settings = try ParameterGroup.settings(of: parameters, in: groups)
    let trained = zip(parameters, settings).filter { !$1.isFrozen }
    guard !trained.isEmpty else {
      throw OptimizerError(
        "there is nothing to train: the model has no parameter that is not frozen")
    }
    var emission = Emission(rule: self, graph: graph)
    return BuildSite.inScope("update") {
      emission.run(loss, trained.map { ParameterSite($0.0.path, $0.0.tensor, $0.0.role, $0.1) })
    }
  }
}

/// What an ``UpdateRule`` added to a graph.
public struct EmittedUpdates: Sendable {
  /// Parameters and slots with their values after an update.
  public internal(set) var updates: [(variable: Tensor, value: Tensor)] = []
  /// With accumulation over k > 1 batches: what the first k − 1 batches of each update do instead
  /// of `updates`, namely add their gradients to slots. So the step makes two programs of one
  /// graph; the k-th batch runs the one with `updates`, which adds its own gradients, divides by k
  /// and empties the slots. Empty without accumulation.
  public internal(set) var accumulation: [(variable: Tensor, value: Tensor)] = []
  /// States to be created beside the parameters, with first values.
  public internal(set) var slots: [UpdateSlot] = []
  /// Scalar inputs to be set before each update. A program that does not need one lacks it.
  public internal(set) var hostScalars: [HostScalar] = []
  /// The loss's gradients for this batch by parameter path, before accumulation and clipping.
  public internal(set) var gradients: [(path: String, gradient: Tensor)] = []
  /// ‖g‖₂ over all trained parameters after accumulation and before clipping, when asked for.
  public internal(set) var gradientNorm: Tensor?
}

/// A scalar input that the host computes in Float64 for every step.
public struct HostScalar: Sendable {
  /// The name of the graph's input.
  public let name: String
  /// The value for an update, which counts from 1, and the rate that the schedule gives for it.
  public let value: @Sendable (_ step: Int, _ rate: Double) -> Double
}

/// One trained parameter and its group's settings.
private struct ParameterSite {
  let path: String
  let tensor: Tensor
  let role: ParameterRole
  let settings: ParameterSettings

  init(
    _ path: String, _ tensor: Tensor, _ role: ParameterRole, _ settings: ParameterSettings
  ) {
    self.path = path
    self.tensor = tensor
    self.role = role
    self.settings = settings
  }
}

/// One walk from the loss to the updates.
private struct Emission {
  let rule: UpdateRule
  let graph: Graph
  var result = EmittedUpdates()

  init(rule: UpdateRule, graph: Graph) {
    self.rule = rule
    self.graph = graph
  }

  mutating func run(_ loss: Tensor, _ parameters: [ParameterSite]) -> EmittedUpdates {
    var gradients = graph.gradients(of: loss, with: parameters.map(\.tensor))
    result.gradients = zip(parameters, gradients).map { ($0.path, $1) }
    if rule.accumulation > 1 { gradients = accumulated(gradients, parameters) }
    if rule.reportsGradientNorm { result.gradientNorm = jointNorm(of: gradients) }
    for transform in rule.clipping { gradients = transform(gradients) }
    let factors = declareFactors(dtype: loss.dtype)
    for (parameter, gradient) in zip(parameters, gradients) {
      update(parameter, gradient, factors)
    }
    return result
  }

  private mutating func accumulated(
    _ gradients: [Tensor], _ parameters: [ParameterSite]
  ) -> [Tensor] {
    zip(parameters, gradients).map { parameter, gradient in
      let slot = UpdateSlot(
        "accumulated", of: parameter.tensor, at: parameter.path, initial: .number(0))
      let sum = slot.variable + gradient
      result.slots.append(slot)
      result.accumulation.append((slot.variable, sum))
      result.updates.append((slot.variable, slot.variable.filled(with: 0)))
      return sum / Double(rule.accumulation)
    }
  }

  private mutating func declareFactors(dtype: DType) -> [Tensor] {
    let optimizer = rule.optimizer
    return optimizer.factorNames.enumerated().map { index, name in
      declare(name, dtype: dtype) { step, _ in optimizer.factor(index, step: step) }
    }
  }

  /// The learning rate times a group's factor, multiplied on the host in Float64.
  private mutating func rate(_ factor: Double, dtype: DType) -> Tensor {
    let common = UpdateRule.learningRateName
    return declare(factor == 1 ? common : "\(common) × \(factor)", dtype: dtype) { $1 * factor }
  }

  private var declared: [String: Tensor] = [:]

  private mutating func declare(
    _ name: String, dtype: DType, _ value: @escaping @Sendable (Int, Double) -> Double
  ) -> Tensor {
    if let tensor = declared[name] { return tensor }
    let tensor = graph.input(name, dtype: dtype)
    declared[name] = tensor
    result.hostScalars.append(HostScalar(name: name, value: value))
    return tensor
  }

  private mutating func update(
    _ parameter: ParameterSite, _ gradient: Tensor, _ factors: [Tensor]
  ) {
    var (weight, gradient) = (parameter.tensor, gradient)
    let (old, settings) = (weight, parameter.settings)
    var decay = rule.optimizer.weightDecay
    decay.rate = settings.weightDecay ?? decay.rate
    let rate = rate(settings.learningRateFactor, dtype: old.dtype)
    if decay.rate != 0 {
      switch decay.kind {
      case .coupled: gradient = gradient + decay.rate * weight
      case .decoupled: weight = weight - rate * decay.rate * weight
      }
    }
    let site = OptimizerSite(
      parameter: weight, path: parameter.path, gradient: gradient,
      rateFactor: settings.learningRateFactor, factors: factors, rate: rate)
    var new = rule.optimizer.update(site)
    if let constraint = rule.constraint { new = constraint(new, role: parameter.role) }
    result.slots += site.slots
    result.updates += [(old, new)] + site.updates
    average(parameter, new)
  }

  private mutating func average(_ parameter: ParameterSite, _ new: Tensor) {
    guard let average = rule.weightAverage else { return }
    let slot = UpdateSlot(
      "average", of: parameter.tensor, at: parameter.path, initial: .parameter(parameter.path))
    result.slots.append(slot)
    result.updates.append((slot.variable, average(slot.variable, new)))
  }
}
