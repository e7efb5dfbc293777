/// softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) over one axis, as exp(x − logsumexp(x)).
public struct Softmax: Composite {
  public static let name = "softmax"
  /// Counted from the front.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public var attributes: Attributes { ["axis": .integer(axis)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axis")
    axis = try attributes.integer("axis")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    exp(inputs[0] - inputs[0].logSumExp(axis, keepDimensions: true))
  }

  public func formula(_ operands: [String]) -> String { "softmax(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [OpExample(Softmax(axis: 1), x), OpExample(Softmax(axis: 0), x)]
  }
}

/// Probabilities from scores along one axis (−1 is the last).
public func softmax(
  _ x: Tensor, axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    x.graph.apply(Softmax(axis: x.shape.normalizedAxis(axis) ?? axis), to: [x])
  }
}
