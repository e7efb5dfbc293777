/// The binary cross-entropy of σ(z) from the scores z, element by element:
/// w·t·softplus(−z) + (1 − t)·softplus(z), with a weight w for the positive class. Nothing
/// overflows and nothing cancels; for w = 1 the gradient with respect to z is σ(z) − t.
public struct SigmoidCrossEntropy: Composite {
  public static let name = "sigmoid_cross_entropy"
  public let positiveWeight: Double

  public init(positiveWeight: Double = 1) { self.positiveWeight = positiveWeight }

  public var attributes: Attributes { ["positiveWeight": .real(positiveWeight)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("positiveWeight")
    positiveWeight = try attributes.real("positiveWeight")
  }

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let (z, t) = (inputs[0], inputs[1])
    let yes = t * softplus(-z)
    return (positiveWeight == 1 ? yes : positiveWeight * yes) + (1 - t) * softplus(z)
  }

  public func formula(_ operands: [String]) -> String {
    "sigmoid_cross_entropy(\(operands[0]), \(operands[1]))"
  }

  public static var examples: [OpExample] {
    let z = TensorData([1.5, -2, 0.5, 3], shape: [2, 2])
    let t = TensorData([1, 0, 0.3, 1], shape: [2, 2])
    return [
      OpExample(Self(), z, t), OpExample(Self(positiveWeight: 2), z, t),
      OpExample(Self(), TensorData([1000.0, -1000]), TensorData([0.0, 1])),
    ]
  }
}

/// The binary cross-entropy of σ(logits); see ``SigmoidCrossEntropy``.
public func sigmoidCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, positiveWeight: Double = 1, file: StaticString = #fileID,
  line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    logits.graph.apply(SigmoidCrossEntropy(positiveWeight: positiveWeight), to: [logits, targets])
  }
}
