/// The same elements in row-major order under another shape.
public struct Reshape: Primitive {
  public static let name = "reshape"
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
    guard let from = inputs[0].shape.elementFactors, let to = shape.elementFactors, from == to
    else {
      throw RuleViolation(
        "the number of elements must stay the same, from \(inputs[0].shape) to \(shape)",
        hint: "the product of the dimensions must be equal on both sides, symbols included")
    }
    return TensorType(shape, inputs[0].dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream.reshaped(to: site.inputs[0].shape)
  }

  public func formula(_ operands: [String]) -> String { "reshape(\(operands[0]), \(shape))" }

  public static var examples: [OpExample] {
    [OpExample(Reshape([3, 2]), TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3]))]
  }
}

extension Tensor {
  /// The same elements under another shape with the same number of elements.
  public func reshaped(
    to shape: Shape, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    if shape == self.shape { return self }
    return BuildSite.at(file, line) { applying(Reshape(shape)) }
  }
}
