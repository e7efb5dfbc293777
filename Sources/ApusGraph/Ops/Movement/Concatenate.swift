/// Tensors one after the other along an axis; all other axes are equal.
public struct Concatenate: Primitive {
  public static let name = "concatenate"
  /// Counted from the front.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public var attributes: Attributes { ["axis": .integer(axis)] }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("axis")
    axis = try attributes.integer("axis")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    guard let first = inputs.first else { throw RuleViolation("it takes at least one operand") }
    let dtype = try ElementwiseRules.oneType(inputs)
    try ReductionRules.check([axis], rank: first.rank)
    if inputs.count == 1 { return first }
    var shape = first.shape
    var total = 0
    for input in inputs {
      guard input.rank == first.rank, equalBeside(input.shape, first.shape) else {
        throw RuleViolation("the shapes must be equal but for axis \(axis)")
      }
      guard let size = input.shape[axis].constant else {
        throw RuleViolation(
          "axis \(axis) must have known sizes, found \(input.shape[axis])",
          hint: "concatenate along another axis")
      }
      let (sum, overflow) = total.addingReportingOverflow(size)
      guard !overflow else { throw RuleViolation("the result is too large to be counted") }
      total = sum
    }
    shape[axis] = Dimension(total)
    return TensorType(shape, dtype)
  }

  private func equalBeside(_ a: Shape, _ b: Shape) -> Bool {
    a.dimensions.indices.allSatisfy { $0 == axis || a[$0] == b[$0] }
  }

  /// The operand's own part of the gradient.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    if site.inputs.count == 1 { return site.upstream }
    let sizes = site.inputs.map { $0.shape[axis].constant ?? 0 }
    let start = sizes[..<input].reduce(0, +)
    return site.upstream.sliced(axis: axis, from: start, to: start + sizes[input])
  }

  public func formula(_ operands: [String]) -> String {
    "concatenate(\(operands.joined(separator: ", ")))"
  }

  public static var examples: [OpExample] {
    let a = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    let b = TensorData([0.3, 1], shape: [2, 1])
    return [
      OpExample(Concatenate(axis: 1), a, b, a),
      OpExample(Concatenate(axis: 0), a, TensorData([0.5, 2, -1], shape: [1, 3])),
      OpExample(Concatenate(axis: 0), b),
    ]
  }
}

/// Tensors one after the other along an axis (−1 is the last). None at all is a mistake.
public func concatenate(
  _ tensors: [Tensor], axis: Int, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    let first = tensors.first
    return (first?.graph ?? Graph()).apply(
      Concatenate(axis: first?.shape.normalizedAxis(axis) ?? axis), to: tensors)
  }
}
