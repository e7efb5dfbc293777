/// The Gaussian error linear unit x · Φ(x), with Φ the normal distribution function (Hendrycks and
/// Gimpel 2016). Exact: ½x(1 + erf(x/√2)); approximate: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
public struct GELU: Composite {
  public static let name = "gelu"
  /// Whether the formula with tanh is used.
  public let isApproximate: Bool

  public init(isApproximate: Bool = false) { self.isApproximate = isApproximate }

  public var attributes: Attributes { ["isApproximate": .boolean(isApproximate)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("isApproximate")
    isApproximate = try attributes.boolean("isApproximate")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    if isApproximate {
      let rootOfTwoOverPi = (2 / Double.pi).squareRoot()
      return 0.5 * x * (1 + tanh(rootOfTwoOverPi * (x + 0.044715 * (x * x * x))))
    }
    return 0.5 * x * (1 + erf(x * 0.5.squareRoot()))
  }

  public func formula(_ operands: [String]) -> String {
    "\(isApproximate ? "gelu_tanh" : "gelu")(\(operands[0]))"
  }

  public static var examples: [OpExample] {
    let x = TensorData([1.5, -2, 0.5, 3], shape: [2, 2])
    return [OpExample(GELU(), x), OpExample(GELU(isApproximate: true), x)]
  }
}

/// x · Φ(x), by the error function or approximately by tanh; see ``GELU``.
public func gelu(
  _ x: Tensor, isApproximate: Bool = false, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(GELU(isApproximate: isApproximate), to: [x]) }
}
