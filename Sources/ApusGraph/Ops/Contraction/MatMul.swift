/// The matrix product of the last two axes, batched over the leading ones, which broadcast:
/// `[…, m, k] · […, k, n] = […, m, n]`.
///
/// Either operand may be read transposed; so the derivative is again two matrix products.
public struct MatMul: Primitive {
  public static let name = "matmul"
  public let transposeA: Bool
  public let transposeB: Bool

  public init(transposeA: Bool = false, transposeB: Bool = false) {
    self.transposeA = transposeA
    self.transposeB = transposeB
  }

  public var attributes: Attributes {
    ["transposeA": .boolean(transposeA), "transposeB": .boolean(transposeB)]
  }

  public init(attributes: Attributes) throws(RuleViolation) {
    try attributes.expect("transposeA", "transposeB")
    transposeA = try attributes.boolean("transposeA")
    transposeB = try attributes.boolean("transposeB")
  }

  public func resultType(of inputs: [TensorType]) throws(RuleViolation) -> TensorType {
    try ElementwiseRules.count(inputs, 2)
    try ElementwiseRules.floating(inputs)
    let dtype = try ElementwiseRules.oneType(inputs)
    guard inputs[0].rank >= 2, inputs[1].rank >= 2 else {
      throw RuleViolation(
        "both operands must have at least two axes",
        hint: "reshape a vector to one row [1, k] or one column [k, 1]")
    }
    var (a, b) = (inputs[0].shape.dimensions, inputs[1].shape.dimensions)
    let (a1, a0, b1, b0) = (a.removeLast(), a.removeLast(), b.removeLast(), b.removeLast())
    let (m, k) = transposeA ? (a1, a0) : (a0, a1)
    let (inner, n) = transposeB ? (b1, b0) : (b0, b1)
    guard k == inner else {
      throw RuleViolation(
        "the inner dimensions must be equal, found \(k) and \(inner)",
        hint: "is an operand transposed, or does the layer expect another number of inputs?")
    }
    guard let batch = Shape(a).broadcast(with: Shape(b)) else {
      throw RuleViolation("the leading axes must be equal or broadcast")
    }
    return TensorType(Shape(batch.dimensions + [m, n]), dtype)
  }

  /// C = op(A) · op(B): ∂A = ∂C · op(B)ᵀ and ∂B = op(A)ᵀ · ∂C, transposed back where op transposes.
  public func derivative(withRespectTo input: Int, at site: DerivativeSite) -> Tensor? {
    let (a, b, g) = (site.inputs[0], site.inputs[1], site.upstream)
    if input == 0 {
      return transposeA
        ? matmul(b, g, transposeA: transposeB, transposeB: true)
        : matmul(g, b, transposeB: !transposeB)
    }
    return transposeB
      ? matmul(g, a, transposeA: true, transposeB: transposeA)
      : matmul(a, g, transposeA: !transposeA)
  }

  public func formula(_ operands: [String]) -> String {
    operands[0] + (transposeA ? "ᵀ" : "") + " · " + operands[1] + (transposeB ? "ᵀ" : "")
  }

  public static var examples: [OpExample] {
    let a = TensorData([1.5, -2, 0.5, 3, -0.7, 2], shape: [2, 3])
    let b = TensorData([0.3, 1, -1, 2, 0.25, -0.5], shape: [3, 2])
    return [
      OpExample(MatMul(), a, b),
      OpExample(MatMul(transposeA: true), a, a),
      OpExample(MatMul(transposeB: true), a, a),
      OpExample(MatMul(transposeA: true, transposeB: true), a, b),
      OpExample(
        MatMul(), TensorData((0..<12).map { Double($0) / 7 }, shape: [2, 2, 3]), b),
    ]
  }
}

/// The matrix product of the last two axes; see ``MatMul``.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
  file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
  BuildSite.at(file, line) {
    a.applying(MatMul(transposeA: transposeA, transposeB: transposeB), b)
  }
}
