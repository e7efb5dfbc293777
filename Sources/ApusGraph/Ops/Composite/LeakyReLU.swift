/// The leaky rectifier: x where x > 0, else slope · x (Maas, Hannun and Ng 2013). Its derivative at
/// 0 is the slope.
public struct LeakyReLU: Composite {
  public static let name = "leaky_relu"
  public let slope: Double

  public init(slope: Double) { self.slope = slope }

  public var attributes: Attributes { ["slope": .real(slope)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("slope")
    slope = try attributes.real("slope")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    return select(x .> 0, x, slope * x)
  }

  public func formula(_ operands: [String]) -> String { "leaky_relu(\(operands[0]), \(slope))" }

  public static var examples: [OpExample] {
    [
      OpExample(LeakyReLU(slope: 0.1), TensorData([1.5, -2, 0.5, 3], shape: [2, 2])),
      OpExample(LeakyReLU(slope: 0.1), TensorData([0.0, -0.0, .nan, .infinity]), isSmooth: false),
    ]
  }
}

/// x where x > 0, else slope · x.
public func leakyReLU(
  _ x: Tensor, slope: Double = 0.01, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(LeakyReLU(slope: slope), to: [x]) }
}
