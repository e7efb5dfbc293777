/// The straight line that imitates σ: min(max(x + 3, 0), 6) / 6 (Howard et al. 2019), with slope 0
/// at both kinks.
public struct HardSigmoid: Composite, AttributeFree {
  public static let name = "hard_sigmoid"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let x = inputs[0]
    return 1 - relu(1 - relu(x + 3) / 6)
  }

  public func formula(_ operands: [String]) -> String { "hard_sigmoid(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(HardSigmoid(), TensorData([1.5, -2, 0.5, 3.5], shape: [2, 2]))]
  }
}

/// min(max(x + 3, 0), 6) / 6.
public func hardSigmoid(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(HardSigmoid(), to: [x]) }
}
