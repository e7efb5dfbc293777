/// A quantity given from outside in every run, such as a batch of data.
public struct Input: Leaf {
  public static let name = "input"
  public let label: String
  public let type: TensorType

  public init(_ label: String, _ type: TensorType) {
    self.label = label
    self.type = type
  }

  public var attributes: Attributes { ["name": .text(label), "type": .type(type)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("name", "type")
    self.init(try attributes.text("name"), try attributes.type("type"))
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try noInputs(inputs, type)
  }

  public static var examples: [OpExample] { [] }
}

extension Graph {
  /// Declares an input. `Dimension.n` stands for the batch size.
  public func input(
    _ name: String, _ shape: Shape = [], dtype: DType = .float32, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) { apply(Input(name, TensorType(shape, dtype)), to: []) }
  }
}
