/// The cross-entropy of softmax(z) from the scores z (logits) over the last axis: one number per
/// row, Σₖ tₖ·(logsumexp(z) − zₖ). Nothing overflows and no probability is rounded to 0.
///
/// The gradient with respect to z is softmax(z) − t where t sums to 1. The second operand is either
/// a distribution of the scores' shape or Int32 labels without the last axis.
public struct SoftmaxCrossEntropy: Composite, AttributeFree {
  public static let name = "softmax_cross_entropy"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let (z, t) = (inputs[0], inputs[1].asDistribution(like: inputs[0]))
    return (t * (z.logSumExp(keepDimensions: true) - z)).sum([-1])
  }

  public func formula(_ operands: [String]) -> String {
    "softmax_cross_entropy(\(operands[0]), \(operands[1]))"
  }

  public static var examples: [OpExample] {
    let z = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    return [
      OpExample(Self(), z, TensorData([0.1, 0.7, 0.2, 0, 1, 0], shape: [2, 3])),
      OpExample(Self(), z, TensorData([Int32(2), 0])),
      OpExample(Self(), TensorData([1000.0, -1000], shape: [1, 2]), TensorData([Int32(1)])),
    ]
  }
}

/// The cross-entropy of softmax(logits); see ``SoftmaxCrossEntropy``.
public func softmaxCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    logits.graph.apply(SoftmaxCrossEntropy(), to: [logits, targets])
  }
}
