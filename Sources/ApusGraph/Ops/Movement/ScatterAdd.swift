/// Adds rows to rows of zeros by number: `result[rows[i…], :] += updates[i…, :]`. Numbers that occur again
/// add up; one outside the result is an error when the graph runs.
public struct ScatterAdd: Primitive {
  public static let name = "scatter_add"
  /// The shape of the result.
  public let shape: Shape

  public init(_ shape: Shape) { self.shape = shape }

  public var attributes: Attributes { ["shape": .shape(shape)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("shape")
    shape = try attributes.shape("shape")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 2)
    try ElementwiseRules.arithmetic([inputs[0]])
    guard inputs[1].dtype == .int32 else {
      throw RuleViolation("the row numbers must be int32", hint: "cast(to: .int32) first")
    }
    guard shape.rank >= 1 else { throw RuleViolation("a scalar has no rows") }
    try shape.expectNoNegative()
    let expected = Shape(inputs[1].shape.dimensions + shape.dimensions.dropFirst())
    guard inputs[0].shape == expected else {
      throw RuleViolation("the updates must have the shape \(expected)")
    }
    return TensorType(shape, inputs[0].dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    input == 0 ? gather(site.upstream, rows: site.inputs[1]) : nil
  }

  public func formula(_ operands: [String]) -> String {
    "scatter(\(operands[0]) to \(operands[1]))"
  }

  public static var examples: [OpExample] {
    [
      OpExample(
        ScatterAdd([3, 2]), TensorData([1.5, -2, 0.5, 3, -0.7, 2, 1, 4], shape: [4, 2]),
        TensorData([2, 0, 2, 2] as [Int32])),
      OpExample(
        ScatterAdd([3]), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]),
        TensorData([2, 0, 2, 2] as [Int32], shape: [2, 2])),
    ]
  }
}

/// `count` rows of zeros with the updates added by number; see ``ScatterAdd``.
public func scatterAdd(
  _ updates: Tensor, rows: Tensor, count: Dimension, file: StaticString = #fileID,
  line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    let row = updates.shape.dimensions.dropFirst(rows.rank)
    return updates.applying(ScatterAdd(Shape([count] + row)), rows)
  }
}
