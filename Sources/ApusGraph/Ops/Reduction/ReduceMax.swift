/// The largest element over the given axes; NaN where one is NaN. Over an empty axis it is −∞.
///
/// The gradient goes to the largest element; equal ones share it equally.
public struct ReduceMax: Primitive {
  public static let name = "reduce_max"
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
    ReductionRules.sharedByEqual(site, axes: axes, keepDimensions: keepDimensions)
  }

  public func formula(_ operands: [String]) -> String { "max\(axes)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2, 4, -1, 0.25, 1, 2.5, 8], shape: [2, 3, 2])
    return [
      OpExample(ReduceMax(axes: [0, 1, 2]), x),
      OpExample(ReduceMax(axes: [1], keepDimensions: true), x),
      OpExample(ReduceMax(axes: [0, 2]), x),
      OpExample(
        ReduceMax(axes: [1]), TensorData([1.0, .nan, 2, -.infinity, 3, 3], shape: [2, 3]),
        isSmooth: false),
    ]
  }
}

extension Tensor {
  /// The largest element over axes (all by default; −1 is the last); see ``ReduceMax``.
  public func maximum(
    _ axes: [Int]? = nil, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(ReduceMax(axes: resolvedAxes(axes), keepDimensions: keepDimensions))
    }
  }
}
