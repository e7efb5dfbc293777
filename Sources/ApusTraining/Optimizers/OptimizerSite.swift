public import ApusGraph

/// What an optimizer sees of one parameter.
public final class OptimizerSite {
  /// Already decayed, when weight decay is decoupled.
  public let parameter: Tensor
  /// After accumulation, clipping and coupled weight decay.
  public let gradient: Tensor
  /// This parameter's share of the learning rate, from its group.
  public let rateFactor: Double
  /// Scalars in the order of the optimizer's `factorNames`.
  public let factors: [Tensor]
  /// Slots in order of declaration.
  public private(set) var slots: [UpdateSlot] = []
  public private(set) var updates: [(variable: Tensor, value: Tensor)] = []
  /// Scalar: this step's learning rate, the group's factor included.
  public let rate: Tensor
  private let path: String

  public init(
    parameter: Tensor, path: String, gradient: Tensor, rateFactor: Double = 1, factors: [Tensor],
    rate: Tensor
  ) {
    self.parameter = parameter
    self.path = path
    self.gradient = gradient
    self.rateFactor = rateFactor
    self.factors = factors
    self.rate = rate
  }

  /// Declares a state of the parameter's shape, such as its momentum: `PATH:momentum`.
  public func slot(_ name: String, initial: Double = 0) -> Tensor {
    let slot = UpdateSlot(name, of: parameter, at: path, initial: .number(initial))
    slots.append(slot)
    return slot.variable
  }

  /// Says a slot's value after the step.
  public func update(_ slot: Tensor, to value: Tensor) { updates.append((slot, value)) }
}

/// A state that training keeps for one parameter, of the parameter's shape.
public struct UpdateSlot: Sendable {
  public let variable: Tensor
  /// `PATH:NAME`, such as `dense_1.weight:momentum`.
  public let path: String
  public let shape: Shape
  public let initial: SlotInitial

  init(_ name: String, of parameter: Tensor, at path: String, initial: SlotInitial) {
    self.path = "\(path):\(name)"
    self.initial = initial
    shape = parameter.shape
    variable = parameter.graph.state(self.path, parameter.shape, dtype: parameter.dtype)
  }
}

/// The value of a slot before the first step.
public enum SlotInitial: Hashable, Sendable {
  /// The same number everywhere.
  case number(Double)
  /// A copy of the parameter at a path.
  case parameter(String)
}
