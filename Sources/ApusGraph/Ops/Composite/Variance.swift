/// The variance over the given axes: the mean of the squared distances from the mean (divided by n,
/// not n − 1).
public struct Variance: Composite {
  public static let name = "variance"
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
    let x = inputs[0]
    return square(x - x.mean(axes, keepDimensions: true)).mean(
      axes, keepDimensions: keepDimensions)
  }

  public func formula(_ operands: [String]) -> String { "variance\(axes)(\(operands[0]))" }

  public static var examples: [OpExample] {
    let x = TensorData((0..<12).map { Double($0 * $0) / 7 - 3 }, shape: [2, 3, 2])
    return [
      OpExample(Variance(axes: [0, 1, 2]), x),
      OpExample(Variance(axes: [1], keepDimensions: true), x),
    ]
  }
}

extension Tensor {
  /// The variance over axes, divided by n (all axes by default; −1 is the last).
  public func variance(
    _ axes: [Int]? = nil, keepDimensions: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      graph.apply(Variance(axes: resolvedAxes(axes), keepDimensions: keepDimensions), to: [self])
    }
  }
}
