/// Puts `low[a]` elements of one value before, `high[a]` after and `interior[a]` between the elements of
/// each axis a. An axis with a symbolic size stays as it is.
public struct Pad: Primitive {
  public static let name = "pad"
  public let low: [Int]
  public let high: [Int]
  public let interior: [Int]
  public let value: Double

  public init(low: [Int], high: [Int], interior: [Int], value: Double = 0) {
    self.low = low
    self.high = high
    self.interior = interior
    self.value = value
  }

  public var attributes: Attributes {
    [
      "low": .integers(low), "high": .integers(high), "interior": .integers(interior),
      "value": .real(value),
    ]
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("low", "high", "interior", "value")
    low = try attributes.integers("low")
    high = try attributes.integers("high")
    interior = try attributes.integers("interior")
    value = try attributes.real("value")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    let shape = try ElementwiseRules.unary(inputs).shape
    guard low.count == shape.rank, high.count == shape.rank, interior.count == shape.rank else {
      throw RuleViolation("there must be one low, high and interior padding for each axis")
    }
    guard (low + high + interior).allSatisfy({ 0...Int(Int32.max) ~= $0 }) else {
      throw RuleViolation("the padding must be between 0 and \(Int32.max)")
    }
    var dimensions: [Dimension] = []
    for axis in 0..<shape.rank { dimensions.append(try padded(shape[axis], axis)) }
    return TensorType(Shape(dimensions), inputs[0].dtype)
  }

  private func padded(_ dimension: Dimension, _ axis: Int) throws(RuleViolation) -> Dimension {
    if low[axis] == 0, high[axis] == 0, interior[axis] == 0 { return dimension }
    guard let size = dimension.constant else {
      throw RuleViolation("axis \(axis) has the symbolic size \(dimension) and cannot be padded")
    }
    let (between, overflow) = max(size - 1, 0).multipliedReportingOverflow(by: interior[axis])
    let (total, overflow2) = between.addingReportingOverflow(size + low[axis] + high[axis])
    guard !overflow, !overflow2 else {
      throw RuleViolation("axis \(axis) becomes larger than can be counted")
    }
    return Dimension(total)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let shape = site.output.shape
    let limits = low.indices.map { axis in
      shape[axis].constant.map { $0 - high[axis] } ?? -1
    }
    return site.upstream.applying(
      Slice(starts: low, limits: limits, strides: interior.map { $0 + 1 }))
  }

  public func formula(_ operands: [String]) -> String { "pad(\(operands[0]), \(low), \(high))" }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [
      OpExample(Pad(low: [0, 1], high: [0, 2], interior: [0, 0]), x),
      OpExample(Pad(low: [1, 0], high: [0, 0], interior: [1, 2], value: -1.5), x),
    ]
  }
}

extension Tensor {
  /// Elements of `value` before (`low`) and after (`high`) the elements of each axis, and `interior`
  /// ones between them.
  public func padded(
    low: [Int], high: [Int], interior: [Int]? = nil, value: Double = 0,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(
        Pad(
          low: low, high: high, interior: interior ?? low.map { _ in 0 }, value: value))
    }
  }
}
