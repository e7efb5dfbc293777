/// Stretches to a larger shape by NumPy's rule: aligned at the last axis, 1 stretches.
public struct Broadcast: Primitive {
  public static let name = "broadcast"
  public let shape: Shape

  public init(_ shape: Shape) { self.shape = shape }

  public var attributes: Attributes { ["shape": .shape(shape)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("shape")
    shape = try attributes.shape("shape")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    try shape.expectNoNegative()
    guard inputs[0].shape.broadcast(with: shape) == shape else {
      throw RuleViolation(
        "the shape must stretch to \(shape) (aligned at the last axis, 1 stretches)",
        hint: "reshape it so that its dimensions match or are 1")
    }
    return TensorType(shape, inputs[0].dtype)
  }

  /// The driver sums the stretched axes.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream
  }

  public func formula(_ operands: [String]) -> String { "broadcast(\(operands[0]), \(shape))" }

  public static var examples: [OpExample] {
    [
      OpExample(Broadcast([2, 3]), TensorData([1.5, -2, 0.5])),
      OpExample(Broadcast([2, 3]), TensorData([1.5, -2], shape: [2, 1])),
    ]
  }
}

extension Tensor {
  /// Stretches to a larger shape.
  public func broadcast(
    to shape: Shape, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    if shape == self.shape { return self }
    return BuildSite.at(file, line) { applying(Broadcast(shape)) }
  }
}
