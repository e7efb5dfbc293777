/// x · tanh(softplus(x)) (Misra 2019).
public struct Mish: Composite, AttributeFree {
  public static let name = "mish"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    return x * tanh(softplus(x))
  }

  public func formula(_ operands: [String]) -> String { "mish(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(Mish(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

/// x · tanh(softplus(x)).
public func mish(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(Mish(), to: [x]) }
}
