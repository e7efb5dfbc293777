/// The exponential linear unit: x where x > 0, else alpha · (eˣ − 1) (Clevert, Unterthiner and
/// Hochreiter 2016). Its derivative at 0 is alpha.
public struct ELU: Composite {
  public static let name = "elu"
  public let alpha: Double

  public init(alpha: Double) { self.alpha = alpha }

  public var attributes: Attributes { ["alpha": .real(alpha)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("alpha")
    alpha = try attributes.real("alpha")
  }

  /// The exponential sees only x ≤ 0: eˣ of a large x would turn the gradient into 0 · ∞.
  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    let isPositive = x .> 0
    return select(isPositive, x, alpha * expm1(select(isPositive, x.literal(0), x)))
  }

  public func formula(_ operands: [String]) -> String { "elu(\(operands[0]), \(alpha))" }

  public static var examples: [OpExample] {
    [
      OpExample(ELU(alpha: 0.5), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(ELU(alpha: 1), TensorData([0.0, 1000, .nan, -.infinity]), isSmooth: false),
    ]
  }
}

/// x where x > 0, else alpha · (eˣ − 1).
public func elu(
  _ x: Tensor, alpha: Double = 1, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(ELU(alpha: alpha), to: [x]) }
}
