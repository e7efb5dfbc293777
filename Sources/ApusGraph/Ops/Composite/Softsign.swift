/// x / (1 + |x|) (Bergstra, Desjardins, Lamblin and Bengio 2009).
public struct Softsign: Composite, AttributeFree {
  public static let name = "softsign"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    return x / (1 + abs(x))
  }

  public func formula(_ operands: [String]) -> String { "softsign(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(Softsign(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

/// x / (1 + |x|).
public func softsign(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(Softsign(), to: [x]) }
}
