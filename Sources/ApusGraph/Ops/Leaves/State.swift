/// A quantity that updates overwrite but no gradient adjusts, such as an optimizer's momentum or a running mean.
public struct State: Variable {
  public static let name = "state"
  public let path: String
  public let type: TensorType

  public init(_ path: String, _ type: TensorType) {
    self.path = path
    self.type = type
  }

  public var label: String { path }
  public var attributes: Attributes { ["path": .text(path), "type": .type(type)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("path", "type")
    self.init(try attributes.text("path"), try attributes.type("type"))
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard type.shape.concrete != nil else {
      throw RuleViolation("the shape of a state must not carry symbols, found \(type.shape)")
    }
    return try noInputs(inputs, type)
  }

  public static var examples: [OpExample] { [] }
}

extension Graph {
  /// Declares a state under a path that is unique in the graph.
  public func state(
    _ path: String, _ shape: Shape = [], dtype: DType = .float32, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) { apply(State(path, TensorType(shape, dtype)), to: []) }
  }
}
