/// Rows of x by number: `result[i…, :] = x[rows[i…], :]`. A number outside the rows of x is an error when
/// the graph runs.
public struct Gather: Primitive, AttributeFree {
  public static let name = "gather"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 2)
    guard inputs[1].dtype == .int32 else {
      throw RuleViolation("the row numbers must be int32", hint: "cast(to: .int32) first")
    }
    guard inputs[0].rank >= 1 else { throw RuleViolation("a scalar has no rows") }
    return TensorType(
      Shape(inputs[1].shape.dimensions + inputs[0].shape.dimensions.dropFirst()), inputs[0].dtype)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    input == 0
      ? scatterAdd(site.upstream, rows: site.inputs[1], count: site.inputs[0].shape[0]) : nil
  }

  public func formula(_ operands: [String]) -> String { "\(operands[0])[\(operands[1])]" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [3, 2])
    return [
      OpExample(Gather(), x, TensorData([2, 0, 2, 1] as [Int32])),
      OpExample(Gather(), x, TensorData([2, 0, 1, 1] as [Int32], shape: [2, 2])),
      OpExample(Gather(), x, TensorData(scalar: 1 as Int32)),
    ]
  }
}

/// Rows of x by Int32 numbers of any shape; see ``Gather``.
public func gather(
  _ x: Tensor, rows: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.applying(Gather(), rows) }
}
