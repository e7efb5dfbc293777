/// log softmax(x) = x − log Σ exp(x) over one axis, without overflow or loss of small terms.
public struct LogSoftmax: Composite {
  public static let name = "log_softmax"
  /// Counted from the front.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public var attributes: Attributes { ["axis": .integer(axis)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axis")
    axis = try attributes.integer("axis")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    inputs[0] - inputs[0].logSumExp(axis, keepDimensions: true)
  }

  public func formula(_ operands: [String]) -> String { "logsoftmax(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [OpExample(LogSoftmax(axis: 1), x), OpExample(LogSoftmax(axis: 0), x)]
  }
}

/// Logarithms of probabilities from scores along one axis (−1 is the last).
public func logSoftmax(
  _ x: Tensor, axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    x.graph.apply(LogSoftmax(axis: x.shape.normalizedAxis(axis) ?? axis), to: [x])
  }
}
