/// The cross-entropy −t·log p − (1 − t)·log(1 − p) of yes-or-no probabilities, element by element.
/// A term with factor 0 counts 0 even where its logarithm is infinite.
///
/// After a sigmoid the pass ``StableCrossEntropy`` replaces both by ``SigmoidCrossEntropy``.
public struct BinaryCrossEntropy: Composite, AttributeFree {
  public static let name = "binary_cross_entropy"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let (p, t) = (inputs[0], inputs[1])
    let yes = t * log(select(t .== 0, p.literal(1), p))
    let no = (1 - t) * log1p(-select(t .== 1, p.literal(0), p))
    return -yes - no
  }

  public func formula(_ operands: [String]) -> String {
    "binary_cross_entropy(\(operands[0]), \(operands[1]))"
  }

  public static var examples: [OpExample] {
    [
      OpExample(
        Self(), TensorData([0.2, 0.5, 0.9, 0.6], shape: [2, 2]),
        TensorData([0.1, 0.7, 0.8, 0.5], shape: [2, 2])),
      OpExample(Self(), TensorData([0.0, 1, 0.3]), TensorData([0.0, 1, 1]), isSmooth: false),
    ]
  }
}

/// −t·log p − (1 − t)·log(1 − p); see ``BinaryCrossEntropy``.
public func binaryCrossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    probabilities.graph.apply(BinaryCrossEntropy(), to: [probabilities, targets])
  }
}
