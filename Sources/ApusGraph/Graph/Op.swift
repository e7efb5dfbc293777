/// An operation: a value that names what is computed. One op is one file with all its facts.
///
/// Conform to ``Primitive`` (shape rule and derivative) or ``Composite`` (expansion into other
/// ops). Nothing has a default, so that the compiler asks for every fact.
public protocol Op: Hashable, Sendable {
  /// The name in the text form, in errors and in pictures: `matmul`.
  static var name: String { get }

  /// The hyper-parameters, such as an axis. Together with the name they are the op.
  var attributes: Attributes { get }

  /// Reads the attributes back. Throws when one is missing, superfluous or illegal.
  init(attributes: Attributes) throws(RuleViolation)

  /// The formula for people, with the operands' names filled in: `x + y`.
  func formula(_ operands: [String]) -> String

  /// Inputs on which the test kit checks forward values, derivatives, printing and both engines.
  static var examples: [OpExample] { get }
}

/// An op with a shape rule, a derivative and a kernel.
public protocol Primitive: Op {
  /// The shape rule: a pure function of the inputs' types.
  func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType

  /// Emits the nodes of `upstream · ∂output/∂input` for one input; nil means "no gradient".
  ///
  /// The result may have the broadcast shape: the driver sums it down to the input's shape. Called
  /// only for inputs of a floating-point type that lead to a target.
  func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor?

  /// The op as a leaf; nil when it is none. Follows from conforming to ``Leaf``: nothing to write.
  ///
  /// Every pass asks this of every node. To ask the runtime (`as? any Leaf`) takes it tens of
  /// microseconds for each type of op, because it goes through all conformances of the program.
  var leaf: (any Leaf)? { get }

  /// The op as a variable; nil when it is none. Follows from conforming to ``Variable``.
  var variable: (any Variable)? { get }
}

extension Primitive {
  public var leaf: (any Leaf)? { nil }
  public var variable: (any Variable)? { nil }
}

/// A primitive that works element by element and stretches its operands to one shape by itself, so that
/// stretching them beforehand changes nothing.
public protocol Broadcasting: Primitive {}

/// An op that is defined by other ops; its derivative follows from theirs.
public protocol Composite: Op {
  /// Emits the nodes that compute the op.
  func expansion(of inputs: [Tensor]) -> Tensor
}

/// What a derivative rule sees of the node that it differentiates.
public struct DerivativeSite {
  public let inputs: [Tensor]
  public let output: Tensor
  /// The gradient of the final quantity with respect to `output`, of `output`'s shape.
  public let upstream: Tensor
}

/// Inputs for one call of an op.
public struct OpExample: Sendable {
  public let op: any Op
  public let inputs: [TensorData]
  /// False where an input sits on a kink or the op has no derivative, so that finite differences
  /// say nothing.
  public let isSmooth: Bool

  public init(_ op: some Op, _ inputs: TensorData..., isSmooth: Bool = true) {
    self.op = op
    self.inputs = inputs
    self.isSmooth = isSmooth
  }
}

/// An op without attributes.
public protocol AttributeFree: Op {
  init()
}

extension AttributeFree {
  public var attributes: Attributes { [:] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect()
    self.init()
  }
}

extension Op {
  public var name: String { Self.name }

  /// Equality across op types.
  public func isEqual(to other: any Op) -> Bool { (other as? Self) == self }
}
