public import ApusGraph

/// A rule that turns gradients into new parameters, emitted as nodes of the step's graph.
///
/// Everything that changes from step to step (the learning rate, bias corrections) is a scalar
/// input computed in Float64 on the host, so that changing it never replans.
public protocol Optimizer: Sendable {
  /// The name on the command line and in files: `adam`.
  static var name: String { get }

  /// The rate before any schedule.
  var learningRate: Double { get }

  /// Hyper-parameters by name, as people and files write them.
  var hyperparameters: [(name: String, value: Double)] { get }

  /// Names of the step-dependent factors besides the learning rate.
  static var factorNames: [String] { get }

  /// The factors in the order of `factorNames` for a step, which counts from 1.
  func factors(step: Int, learningRate: Double) -> [Double]

  /// Emits the nodes of one parameter's new value and of its slots' new values.
  func update(_ site: OptimizerSite) -> Tensor

  /// Throws ``OptimizerError`` when a hyper-parameter is out of range.
  func validate() throws
}

extension Optimizer {
  public var name: String { Self.name }
}

/// What an optimizer sees of one parameter.
public final class OptimizerSite {
  public let parameter: Tensor
  public let gradient: Tensor
  /// Scalar: this step's learning rate.
  public let rate: Tensor
  /// Scalars in the order of the optimizer's `factorNames`.
  public let factors: [Tensor]
  private let path: String
  /// Slots by path, with first values and updates, in order of declaration.
  public private(set) var slots: [(variable: Tensor, path: String, initial: Double)] = []
  public private(set) var updates: [(variable: Tensor, value: Tensor)] = []

  public init(
    parameter: Tensor, path: String, gradient: Tensor, rate: Tensor, factors: [Tensor]
  ) {
    self.parameter = parameter
    self.path = path
    self.gradient = gradient
    self.rate = rate
    self.factors = factors
  }

  /// Declares a state of the parameter's shape, such as its momentum: `PATH:momentum`.
  public func slot(_ name: String, initial: Double = 0) -> Tensor {
    let slotPath = "\(path):\(name)"
    let slot = parameter.graph.state(slotPath, parameter.shape, dtype: parameter.dtype)
    slots.append((slot, slotPath, initial))
    return slot
  }

  /// Says a slot's value after the step.
  public func update(_ slot: Tensor, to value: Tensor) { updates.append((slot, value)) }
}

/// A hyper-parameter that is out of range.
public struct OptimizerError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ optimizer: String, _ name: String, mustBe rule: String, found: Double) {
    description = "\(optimizer): \(name) must be \(rule), found \(found)"
  }
}
