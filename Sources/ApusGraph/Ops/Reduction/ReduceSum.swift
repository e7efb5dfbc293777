/// The sum over the given axes. The sum over an empty axis is 0.
public struct ReduceSum: Primitive {
  public static let name = "reduce_sum"
  /// Sorted, counted from the front.
  public let axes: [Int]
  public let keepDimensions: Bool

  public init(axes: [Int], keepDimensions: Bool = false) {
    self.axes = axes
    self.keepDimensions = keepDimensions
  }

  public var attributes: Attributes {
    ["axes": .integers(axes), "keepDimensions": .boolean(keepDimensions)]
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axes", "keepDimensions")
    axes = try attributes.integers("axes")
    keepDimensions = try attributes.boolean("keepDimensions")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    let input = try ElementwiseRules.unary(inputs)
    return TensorType(
      try ReductionRules.reduced(input.shape, axes: axes, keepDimensions: keepDimensions),
      input.dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    site.upstream.expanded(
      to: site.inputs[0].shape, axes: axes, keepDimensions: keepDimensions)
  }

  public func formula(_ operands: [String]) -> String { "Σ\(axes)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData((0..<12).map { Double($0 * $0) / 7 - 3 }, shape: [2, 3, 2])
    return [
      OpExample(ReduceSum(axes: [0, 1, 2]), x),
      OpExample(ReduceSum(axes: [1], keepDimensions: true), x),
      OpExample(ReduceSum(axes: [0, 2]), x),
    ]
  }
}

extension Tensor {
  /// The sum over axes (all by default; −1 is the last).
  public func sum(
    _ axes: [Int]? = nil, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(ReduceSum(axes: resolvedAxes(axes), keepDimensions: keepDimensions))
    }
  }
}
