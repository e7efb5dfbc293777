/// The larger of x and y, with broadcasting; NaN where either is NaN.
///
/// The gradient goes to the larger operand; at a tie each gets half.
public struct Maximum: Broadcasting, AttributeFree {
  public static let name = "maximum"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.binary(inputs)
  }

  /// ½·[mine > other] + ½·[mine >= other] is 1, ½ or 0.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let (mine, other) = (site.inputs[input], site.inputs[1 - input])
    let share = (mine .> other).cast(to: mine.dtype) + (mine .>= other).cast(to: mine.dtype)
    return site.upstream * (share * 0.5)
  }

  public func formula(_ operands: [String]) -> String {
    "max(\(operands[0]), \(operands[1]))"
  }

  public static var examples: [OpExample] {
    [
      OpExample(
        Maximum(), TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3]),
        TensorData([0.5, 2, -1])),
      OpExample(
        Maximum(), TensorData([.nan, 1, -0.0, -.infinity]), TensorData([1, .nan, 0.0, 2]),
        isSmooth: false),
    ]
  }
}

/// The larger of x and y, element by element; see ``Maximum``.
public func max(
  _ x: Tensor, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.applying(Maximum(), y) }
}

/// The larger of x and a number.
public func max(
  _ x: Tensor, _ y: Double, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  max(x, x.literal(y), file: file, line: line)
}

/// The larger of a number and y.
public func max(
  _ x: Double, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  max(y.literal(x), y, file: file, line: line)
}
