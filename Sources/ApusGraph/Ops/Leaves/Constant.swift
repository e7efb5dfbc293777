/// Given numbers that never change. For a single number that follows the graph's precision use
/// ``Literal``.
public struct Constant: Primitive {
  public static let name = "constant"
  public let data: TensorData

  public init(_ data: TensorData) { self.data = data }

  public var attributes: Attributes { ["data": .data(data)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("data")
    self.init(try attributes.data("data"))
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard inputs.isEmpty else { throw RuleViolation("it takes no inputs") }
    return data.type
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String {
    data.scalar.map { "\($0)" } ?? "constant\(data.shape)"
  }

  public static var examples: [OpExample] {
    [OpExample(Constant(TensorData([1.5, -2, 0.1], shape: [3, 1])), isSmooth: false)]
  }
}

extension Graph {
  /// Puts given numbers into the graph.
  public func constant(
    _ data: TensorData, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) { apply(Constant(data), to: []) }
  }
}
