/// The cross-entropy −Σₖ tₖ·log pₖ of probabilities over the last axis: one number per row.
///
/// The second operand is either a distribution of the probabilities' shape, one-hot or soft, or
/// Int32 labels without the last axis. Terms with t = 0 count 0 even where p is 0.
///
/// After a softmax the pass ``StableCrossEntropy`` replaces both by ``SoftmaxCrossEntropy``.
public struct CategoricalCrossEntropy: Composite, AttributeFree {
  public static let name = "categorical_cross_entropy"

  public init() {}

  public func expansion(of inputs: [Tensor]) -> Tensor {
    let (p, t) = (inputs[0], inputs[1].asDistribution(like: inputs[0]))
    return -(t * log(select(t .== 0, p.literal(1), p))).sum([-1])
  }

  public func formula(_ operands: [String]) -> String {
    "cross_entropy(\(operands[0]), \(operands[1]))"
  }

  public static var examples: [OpExample] {
    let p = TensorData([0.2, 0.5, 0.3, 0.6, 0.1, 0.3], shape: [2, 3])
    return [
      OpExample(Self(), p, TensorData([0.1, 0.7, 0.2, 0.5, 0.25, 0.25], shape: [2, 3])),
      OpExample(Self(), p, TensorData([Int32(2), 0])),
      OpExample(
        Self(), TensorData([0.0, 1], shape: [1, 2]), TensorData([0.0, 1], shape: [1, 2]),
        isSmooth: false),
    ]
  }
}

/// −Σ t·log p over the last axis; see ``CategoricalCrossEntropy``.
public func categoricalCrossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    probabilities.graph.apply(CategoricalCrossEntropy(), to: [probabilities, targets])
  }
}

extension Tensor {
  /// Labels as one-hot rows of the other tensor's type; a distribution as it is.
  func asDistribution(like other: Tensor) -> Tensor {
    guard dtype == .int32, let depth = other.shape.dimensions.last?.constant else { return self }
    return oneHot(self, depth: depth).cast(to: other.dtype)
  }
}
