/// The axes in another order: output axis i is input axis `permutation[i]`.
public struct Transpose: Primitive {
  public static let name = "transpose"
  public let permutation: [Int]

  public init(_ permutation: [Int]) { self.permutation = permutation }

  public var attributes: Attributes { ["permutation": .integers(permutation)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("permutation")
    permutation = try attributes.integers("permutation")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 1)
    let shape = inputs[0].shape
    guard permutation.sorted() == Array(0..<shape.rank) else {
      throw RuleViolation(
        "the permutation must name each of the \(shape.rank) axes once, found \(permutation)")
    }
    return TensorType(Shape(permutation.map { shape[$0] }), inputs[0].dtype)
  }

  /// The inverse permutation.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    var inverse = permutation
    for (output, input) in permutation.enumerated() { inverse[input] = output }
    return site.upstream.transposed(inverse)
  }

  public func formula(_ operands: [String]) -> String {
    permutation == [1, 0] ? "\(operands[0])ᵀ" : "transpose\(permutation)(\(operands[0]))"
  }

  public static var examples: [OpExample] {
    let x = TensorData((0..<12).map { Double($0 * $0) / 7 - 3 }, shape: [2, 3, 2])
    return [
      OpExample(Transpose([1, 0]), TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])),
      OpExample(Transpose([1, 2, 0]), x),
      OpExample(Transpose([0, 2, 1]), x),
    ]
  }
}

extension Tensor {
  /// The axes in the given order, or the last two exchanged.
  public func transposed(
    _ permutation: [Int]? = nil, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      applying(Transpose(permutation ?? Array(0..<max(rank - 2, 0)) + lastTwoExchanged))
    }
  }

  /// Below rank 2 it still names two axes, for the shape rule to complain about.
  private var lastTwoExchanged: [Int] { rank < 2 ? [1, 0] : [rank - 1, rank - 2] }
}
