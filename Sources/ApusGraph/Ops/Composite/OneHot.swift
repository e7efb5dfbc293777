/// Rows with a 1 at the given index and 0 elsewhere: `result[…, k] = (index[…] = k)`. An index outside
/// 0 ..< depth gives a row of zeros.
public struct OneHot: Composite {
  public static let name = "one_hot"
  public let depth: Int
  /// The element type of the result.
  public let dtype: DType

  public init(depth: Int, dtype: DType = .float32) {
    self.depth = depth
    self.dtype = dtype
  }

  public var attributes: Attributes { ["depth": .integer(depth), "dtype": .dtype(dtype)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("depth", "dtype")
    depth = try attributes.integer("depth")
    dtype = try attributes.dtype("dtype")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let indices = inputs[0]
    guard indices.dtype == .int32, 0..<(1 << 24) ~= depth else {
      return indices.mistake(
        Self.name,
        RuleViolation(
          "the indices must be int32 and the depth between 0 and 2²⁴, found \(depth)",
          hint: "cast(to: .int32) first"))
    }
    let classes = indices.graph.constant(TensorData((0..<depth).map { Int32($0) }))
    return (indices.expanded(-1) .== classes).cast(to: dtype)
  }

  public func formula(_ operands: [String]) -> String { "onehot(\(operands[0]), \(depth))" }

  public static var examples: [OpExample] {
    [
      OpExample(
        OneHot(depth: 3, dtype: .float64), TensorData([2, 0, 1, 3, -1] as [Int32]),
        isSmooth: false)
    ]
  }
}

/// Rows with a 1 at each int32 index and 0 elsewhere; see ``OneHot``.
public func oneHot(
  _ indices: Tensor, depth: Int, dtype: DType = .float32, file: StaticString = #fileID,
  line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    indices.graph.apply(OneHot(depth: depth, dtype: dtype), to: [indices])
  }
}
