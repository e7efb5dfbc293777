/// The mean over the given axes: the sum divided by the number of elements; NaN over an empty axis.
public struct Mean: Composite {
  public static let name = "mean"
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

  public func expansion(of inputs: [Tensor]) -> Tensor {
    inputs[0].sum(axes, keepDimensions: keepDimensions) / inputs[0].elementCount(axes)
  }

  public func formula(_ operands: [String]) -> String { "mean\(axes)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData((0..<12).map { Double($0 * $0) / 7 - 3 }, shape: [2, 3, 2])
    return [
      OpExample(Mean(axes: [0, 1, 2]), x),
      OpExample(Mean(axes: [1], keepDimensions: true), x),
    ]
  }
}

extension Tensor {
  /// The mean over axes (all by default; −1 is the last).
  public func mean(
    _ axes: [Int]? = nil, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      graph.apply(Mean(axes: resolvedAxes(axes), keepDimensions: keepDimensions), to: [self])
    }
  }
}
