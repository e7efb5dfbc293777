/// The sigmoid-weighted linear unit x · σ(x), also called swish (Elfwing, Uchibe and Doya 2018;
/// Ramachandran, Zoph and Le 2017).
public struct SiLU: Composite, AttributeFree {
  public static let name = "silu"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    return x * sigmoid(x)
  }

  public func formula(_ operands: [String]) -> String { "silu(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(SiLU(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

/// x · σ(x).
public func silu(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(SiLU(), to: [x]) }
}
