/// The power xʸ as C's `pow`, with broadcasting.
///
/// ∂/∂x = y·x^(y−1), and 0 where y is 0. ∂/∂y = xʸ·ln x, and 0 where x is 0 and y is not negative.
/// A fixed exponent has no gradient of its own, so negative x is fine there.
public struct Power: Broadcasting, AttributeFree {
  public static let name = "power"

  public init() {}

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.floatingBinary(inputs)
  }

  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let (x, y) = (site.inputs[0], site.inputs[1])
    if input == 1 {
      let slope = site.upstream * site.output * log(x)
      return select((x .== 0) .& (y .>= 0), x.literal(0), slope)
    }
    if let exponent = (y.op as? Literal)?.value {
      return exponent == 0 ? nil : site.upstream * (exponent * pow(x, exponent - 1))
    }
    return select(y .== 0, x.literal(0), site.upstream * (y * pow(x, y - 1)))
  }

  public func formula(_ operands: [String]) -> String { "\(operands[0])^\(operands[1])" }

  public static var examples: [OpExample] {
    [
      OpExample(
        Power(), TensorData([1.5, 2, 0.5, 3, 0.7, 2], shape: [2, 3]), TensorData([0.5, 2, -1])),
      OpExample(
        Power(), TensorData([0, -2, -0.0, .nan, .infinity]), TensorData([0, 3, -1, 0, -0.5]),
        isSmooth: false),
    ]
  }
}

/// xʸ, element by element; see ``Power``.
public func pow(
  _ x: Tensor, _ y: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.applying(Power(), y) }
}

/// x to a fixed power.
public func pow(
  _ x: Tensor, _ y: Double, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  pow(x, x.literal(y), file: file, line: line)
}
