/// x limited to low … high; NaN stays NaN. The gradient passes from low to high, bounds included,
/// and is 0 beyond.
public struct Clip: Primitive {
  public static let name = "clip"
  public let low: Double
  public let high: Double

  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  public var attributes: Attributes { ["low": .real(low), "high": .real(high)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("low", "high")
    self.init(try attributes.real("low"), try attributes.real("high"))
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard low <= high else {
      throw RuleViolation("the lower bound must not be above the upper, found \(low) and \(high)")
    }
    return try ElementwiseRules.unary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let x = site.inputs[0]
    return select((x .>= low) .& (x .<= high), site.upstream, 0)
  }

  public func formula(_ operands: [String]) -> String { "clip(\(operands[0]), \(low), \(high))" }

  public static var examples: [OpExample] {
    [
      OpExample(Clip(-1, 2), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(
        Clip(-1, 2), TensorData([-1, 2, .nan, .infinity, -.infinity, -0.0]), isSmooth: false),
    ]
  }
}

/// x limited to low … high; see ``Clip``.
public func clip(
  _ x: Tensor, _ low: Double, _ high: Double, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.applying(Clip(low, high)) }
}
