/// The rectifier with a learned slope: x where x > 0, else slope · x (He, Zhang, Ren and Sun 2015).
/// The second operand is the slope, which broadcasts. Its derivative at 0 is the slope.
public struct PReLU: Composite, AttributeFree {
  public static let name = "prelu"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let (x, slope) = (inputs[0], inputs[1])
    return select(x .> 0, x, slope * x)
  }

  public func formula(_ operands: [String]) -> String { "prelu(\(operands[0]), \(operands[1]))" }

  public static var examples: [OpExample] {
    [
      OpExample(
        PReLU(), TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3]),
        TensorData([0.25, 0.1, 0.5])
      )
    ]
  }
}

/// x where x > 0, else slope · x, with a slope that is a tensor.
public func prelu(
  _ x: Tensor, slope: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(PReLU(), to: [x, slope]) }
}
