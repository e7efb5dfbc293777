/// The index of the largest element along an axis: the first of equal ones, and of NaN, which counts as
/// the largest (as in NumPy). Has no derivative.
public struct ArgMax: Primitive {
  public static let name = "arg_max"
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
    let shape = try ElementwiseRules.unary(inputs).shape
    let reduced = try ReductionRules.reduced(shape, axes: [axis], keepDimensions: keepDimensions)
    guard shape[axis] != 0 else {
      throw RuleViolation("axis \(axis) is empty and has no largest element")
    }
    return TensorType(reduced, .int32)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? { nil }

  public func formula(_ operands: [String]) -> String { "argmax(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, 3, 0.5, 3, -0.7, .nan], shape: [2, 3])
    return [
      OpExample(ArgMax(axis: 1), x, isSmooth: false),
      OpExample(ArgMax(axis: 0, keepDimensions: true), x, isSmooth: false),
    ]
  }
}

extension Tensor {
  /// The index of the largest element along an axis (−1 is the last), as int32; see ``ArgMax``.
  public func argMax(
    _ axis: Int = -1, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(ArgMax(axis: shape.normalizedAxis(axis) ?? axis, keepDimensions: keepDimensions))
    }
  }
}
