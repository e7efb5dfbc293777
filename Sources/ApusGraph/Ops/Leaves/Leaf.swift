/// An op without inputs that is declared once under a name.
public protocol Leaf: Primitive {
  /// How people refer to it: `x`, `dense_1.weight`.
  var label: String { get }
}

extension Leaf {
  public var leaf: (any Leaf)? { self }

  /// Unique within a graph; inputs and variables do not share names.
  var declaration: String { label }

  public func formula(_ operands: [String]) -> String { label }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  func noInputs(_ inputs: [TensorType], _ type: TensorType) throws(RuleViolation) -> TensorType {
    guard inputs.isEmpty else { throw RuleViolation("it takes no inputs") }
    try type.shape.expectNoNegative()
    return type
  }
}

/// A leaf whose value lasts from run to run and that updates may overwrite.
public protocol Variable: Leaf {
  /// The path, such as `dense_1.weight`.
  var path: String { get }
  var type: TensorType { get }
}

extension Variable {
  public var variable: (any Variable)? { self }
}
