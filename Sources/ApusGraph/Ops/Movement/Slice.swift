/// Every `strides[a]`-th element from `starts[a]` up to and without `limits[a]`, along each axis a. The
/// limit −1 is the end of the axis. An axis with a symbolic size can only be taken in full.
public struct Slice: Primitive {
  public static let name = "slice"
  public let starts: [Int]
  public let limits: [Int]
  /// At least 1.
  public let strides: [Int]

  public init(starts: [Int], limits: [Int], strides: [Int]) {
    self.starts = starts
    self.limits = limits
    self.strides = strides
  }

  public var attributes: Attributes {
    ["starts": .integers(starts), "limits": .integers(limits), "strides": .integers(strides)]
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("starts", "limits", "strides")
    starts = try attributes.integers("starts")
    limits = try attributes.integers("limits")
    strides = try attributes.integers("strides")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    let shape = inputs[0].shape
    guard starts.count == shape.rank, limits.count == shape.rank, strides.count == shape.rank else {
      throw RuleViolation("there must be one start, limit and stride for each axis")
    }
    var dimensions: [Dimension] = []
    for axis in 0..<shape.rank { dimensions.append(try cut(shape[axis], axis)) }
    return TensorType(Shape(dimensions), inputs[0].dtype)
  }

  private func cut(_ dimension: Dimension, _ axis: Int) throws(RuleViolation) -> Dimension {
    if isFull(axis) { return dimension }
    guard let size = dimension.constant else {
      throw RuleViolation(
        "axis \(axis) has the symbolic size \(dimension) and can only be taken in full",
        hint: "cut another axis, or declare the input with a number in place of \(dimension)")
    }
    let limit = limits[axis] == -1 ? size : limits[axis]
    guard 0...size ~= starts[axis], starts[axis]...size ~= limit, strides[axis] >= 1 else {
      throw RuleViolation(
        "axis \(axis) of size \(size) has no elements from \(starts[axis]) to \(limits[axis]) by "
          + "\(strides[axis])",
        hint: "0 ≤ start ≤ limit ≤ size and 1 ≤ stride must hold")
    }
    let length = limit - starts[axis]
    return Dimension(length == 0 ? 0 : (length - 1) / strides[axis] + 1)
  }

  private func isFull(_ axis: Int) -> Bool {
    starts[axis] == 0 && limits[axis] == -1 && strides[axis] == 1
  }

  /// The gradient goes back to where the elements came from, with zeros in between and around.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let x = site.inputs[0].shape
    var (low, high, interior) = (starts, starts, strides)
    for axis in starts.indices {
      interior[axis] = strides[axis] - 1
      guard !isFull(axis), let size = x[axis].constant else { continue }
      let count = site.output.shape[axis].constant ?? 0
      high[axis] = size - starts[axis] - (count == 0 ? 0 : (count - 1) * strides[axis] + 1)
    }
    return site.upstream.applying(Pad(low: low, high: high, interior: interior, value: 0))
  }

  public func formula(_ operands: [String]) -> String {
    let cuts = starts.indices.map { axis in
      if isFull(axis) { return ":" }
      let end = limits[axis] == -1 ? "" : "\(limits[axis])"
      return "\(starts[axis]):\(end)" + (strides[axis] == 1 ? "" : ":\(strides[axis])")
    }
    return "\(operands[0])[\(cuts.joined(separator: ", "))]"
  }

  public static var examples: [OpExample] {
    let x = TensorData((0..<20).map { Double($0 * $0) / 7 - 3 }, shape: [4, 5])
    return [
      OpExample(Slice(starts: [0, 1], limits: [-1, 4], strides: [1, 1]), x),
      OpExample(Slice(starts: [1, 0], limits: [4, 5], strides: [2, 3]), x),
      OpExample(Slice(starts: [2, 5], limits: [2, -1], strides: [1, 1]), x),
    ]
  }
}

extension Tensor {
  /// A part of one axis: every `step`-th element from `start` up to and without `limit` (the end by
  /// default). Negative numbers count from the end.
  ///
  /// ```swift
  /// let lastColumn = x.sliced(axis: 1, from: -1)
  /// ```
  public func sliced(
    axis: Int, from start: Int = 0, to limit: Int? = nil, by step: Int = 1,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      guard let axis = shape.normalizedAxis(axis) else {
        return mistake("slice", ReductionRules.outOfRange(axis, rank: rank))
      }
      let size = shape[axis].constant ?? 0
      var starts = [Int](repeating: 0, count: rank)
      var limits = [Int](repeating: -1, count: rank)
      var strides = [Int](repeating: 1, count: rank)
      starts[axis] = start < 0 ? start + size : start
      strides[axis] = step
      if let limit {
        // Out of range it must not read as −1, the end.
        limits[axis] = limit >= 0 ? limit : limit + size >= 0 ? limit + size : -2
      }
      return applying(Slice(starts: starts, limits: limits, strides: strides))
    }
  }
}
