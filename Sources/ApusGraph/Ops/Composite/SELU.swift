/// The self-normalizing unit: scale · elu(x, alpha) with the constants that keep mean 0 and
/// variance 1 from layer to layer (Klambauer, Unterthiner, Mayr and Hochreiter 2017).
public struct SELU: Composite, AttributeFree {
  public static let name = "selu"
  static let alpha = 1.673_263_242_354_377_2
  static let scale = 1.050_700_987_355_480_5

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    Self.scale * ELU(alpha: Self.alpha).expansion(of: inputs)
  }

  public func formula(_ operands: [String]) -> String { "selu(\(operands[0]))" }

  public static var examples: [OpExample] {
    [OpExample(SELU(), TensorData([1.5, -2, 0.5, 3], shape: [2, 2]))]
  }
}

/// The self-normalizing unit; see ``SELU``.
public func selu(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
  BuildSite.at(file, line) { x.graph.apply(SELU(), to: [x]) }
}
