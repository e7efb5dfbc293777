/// log Σ exp(x) over one axis, computed as m + log Σ exp(x − m) with m the maximum, so that it
/// neither overflows nor loses small terms. Its derivative is the softmax.
public struct LogSumExp: Primitive {
  public static let name = "log_sum_exp"
  /// Counted from the front.
  public let axis: Int
  public let keepDimensions: Bool

  public init(axis: Int, keepDimensions: Bool = false) {
    self.axis = axis
    self.keepDimensions = keepDimensions
  }

  public var attributes: Attributes {
    ["axis": .integer(axis), "keepDimensions": .boolean(keepDimensions)]
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axis", "keepDimensions")
    axis = try attributes.integer("axis")
    keepDimensions = try attributes.boolean("keepDimensions")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    let input = try ElementwiseRules.unary(inputs)
    return TensorType(
      try ReductionRules.reduced(input.shape, axes: [axis], keepDimensions: keepDimensions),
      input.dtype)
  }

  /// ∂/∂xᵢ = exp(xᵢ − lse(x)).
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let x = site.inputs[0]
    let total = site.output.expanded(to: x.shape, axes: [axis], keepDimensions: keepDimensions)
    let upstream = site.upstream.expanded(
      to: x.shape, axes: [axis], keepDimensions: keepDimensions)
    return upstream * exp(x - total)
  }

  public func formula(_ operands: [String]) -> String { "logsumexp(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [
      OpExample(LogSumExp(axis: 1), x),
      OpExample(LogSumExp(axis: 0, keepDimensions: true), x),
      OpExample(LogSumExp(axis: 0), TensorData([1000.0, 1000, -1000])),
    ]
  }
}

extension Tensor {
  /// log Σ exp(x) over one axis (−1 is the last), without overflow.
  public func logSumExp(
    _ axis: Int = -1, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(
        LogSumExp(axis: shape.normalizedAxis(axis) ?? axis, keepDimensions: keepDimensions))
    }
  }
}
