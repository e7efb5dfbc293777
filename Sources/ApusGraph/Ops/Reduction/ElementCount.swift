/// The number of elements along the given axes of x, as a scalar of x's element type: what a mean
/// over a symbolic axis divides by. Known when a plan is made.
public struct ElementCount: Primitive {
  public static let name = "element_count"
  /// Sorted, counted from the front.
  public let axes: [Int]

  public init(axes: [Int]) { self.axes = axes }

  public var attributes: Attributes { ["axes": .integers(axes)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axes")
    axes = try attributes.integers("axes")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    let input = try ElementwiseRules.unary(inputs)
    try ReductionRules.check(axes, rank: input.rank)
    return TensorType([], input.dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "count\(axes)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [
      OpExample(ElementCount(axes: [0, 1]), x, isSmooth: false),
      OpExample(ElementCount(axes: [1]), x, isSmooth: false),
      OpExample(ElementCount(axes: []), x, isSmooth: false),
    ]
  }
}

extension Tensor {
  /// The number of elements along axes (all by default; −1 is the last): a literal where the sizes
  /// are known, else a node that takes them when a plan is made.
  public func elementCount(
    _ axes: [Int]? = nil, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      let axes = resolvedAxes(axes)
      let op = ElementCount(axes: axes)
      let isLegal = (try? op.resultType(of: [type])) != nil
      let sizes = isLegal ? Shape(axes.map { shape[$0] }).concrete : nil
      guard let count = sizes.flatMap(checkedElementCount) else { return applying(op) }
      return literal(Double(count))
    }
  }
}
