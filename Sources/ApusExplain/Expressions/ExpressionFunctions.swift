import ApusGraph

/// A function that an expression may call. Its work is done by the graph's ops.
struct ExpressionFunction: Sendable {
  let names: [String]
  /// How many operands it takes.
  let operands: ClosedRange<Int>
  /// As help shows it: `leaky_relu(x, slope)`.
  let usage: String
  let apply: @Sendable ([Tensor]) throws -> Tensor

  init(
    _ names: String..., operands: ClosedRange<Int> = 1...1, usage: String? = nil,
    _ apply: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    self.names = names
    self.operands = operands
    self.usage = usage ?? "\(names[0])(x)"
    self.apply = apply
  }

  init(_ names: String..., unary apply: @escaping @Sendable (Tensor) -> Tensor) {
    self.names = names
    operands = 1...1
    usage = "\(names[0])(x)"
    self.apply = { apply($0[0]) }
  }

  static func named(_ name: String) -> ExpressionFunction? {
    all.first { $0.names.contains(name) }
  }

  static let all: [ExpressionFunction] = elementary + activations + manyToOne

  private static let elementary: [ExpressionFunction] = [
    .init("exp", unary: { exp($0) }),
    .init("log", "ln", unary: { log($0) }),
    .init("log1p", unary: { log1p($0) }),
    .init("expm1", unary: { expm1($0) }),
    .init("sqrt", unary: { sqrt($0) }),
    .init("square", unary: { square($0) }),
    .init("pow", operands: 2...2, usage: "pow(x, y)") { pow($0[0], $0[1]) },
    .init("sin", unary: { sin($0) }),
    .init("cos", unary: { cos($0) }),
    .init("tan", unary: { sin($0) / cos($0) }),
    .init("abs", unary: { abs($0) }),
    .init("sign", unary: { sign($0) }),
    .init("step", unary: { step($0) }),
    .init("floor", unary: { floor($0) }),
    .init("erf", unary: { erf($0) }),
  ]

  private static let activations: [ExpressionFunction] = [
    .init("sigmoid", "σ", "sigma", "logistic", unary: { sigmoid($0) }),
    .init("tanh", unary: { tanh($0) }),
    .init("relu", unary: { relu($0) }),
    .init("leaky_relu", operands: 1...2, usage: "leaky_relu(x, slope=0.01)") {
      leakyReLU($0[0], slope: try number($0, 1, default: 0.01, "slope"))
    },
    .init("elu", operands: 1...2, usage: "elu(x, alpha=1)") {
      elu($0[0], alpha: try number($0, 1, default: 1, "alpha"))
    },
    .init("selu", unary: { selu($0) }),
    .init("gelu", unary: { gelu($0) }),
    .init("silu", "swish", unary: { silu($0) }),
    .init("mish", unary: { mish($0) }),
    .init("softplus", unary: { softplus($0) }),
    .init("softsign", unary: { softsign($0) }),
  ]

  private static let manyToOne: [ExpressionFunction] = [
    .init("max", operands: 1...16, usage: "max(x, y, …) or max(vector)") {
      $0.count == 1 ? $0[0].maximum() : $0.dropFirst().reduce($0[0]) { max($0, $1) }
    },
    .init("min", operands: 1...16, usage: "min(x, y, …) or min(vector)") {
      $0.count == 1 ? $0[0].minimum() : $0.dropFirst().reduce($0[0]) { min($0, $1) }
    },
    .init("sum", unary: { $0.sum() }),
    .init("mean", unary: { $0.mean() }),
    .init("softmax") { softmax(try vector($0[0], "softmax")) },
    .init("log_softmax") { logSoftmax(try vector($0[0], "log_softmax")) },
    .init("cross_entropy", operands: 2...2, usage: "cross_entropy(probabilities, t)") {
      categoricalCrossEntropy(try vector($0[0], "cross_entropy"), $0[1])
    },
    .init(
      "softmax_cross_entropy", operands: 2...2, usage: "softmax_cross_entropy(scores, t)"
    ) {
      softmaxCrossEntropy(try vector($0[0], "softmax_cross_entropy"), $0[1])
    },
    .init(
      "binary_cross_entropy", operands: 2...2, usage: "binary_cross_entropy(probability, t)"
    ) { binaryCrossEntropy($0[0], $0[1]) },
    .init("dot", operands: 2...2, usage: "dot(x, y)") { ($0[0] * $0[1]).sum() },
  ]

  /// An operand that is a setting of the function, so a written number.
  private static func number(
    _ operands: [Tensor], _ index: Int, default usual: Double, _ name: String
  ) throws -> Double {
    guard operands.indices.contains(index) else { return usual }
    guard let value = (operands[index].op as? Literal)?.value else {
      throw RuleViolation("the \(name) must be a written number")
    }
    return value
  }

  private static func vector(_ x: Tensor, _ function: String) throws -> Tensor {
    guard x.rank >= 1 else {
      throw RuleViolation(
        "\(function) takes a vector, found a single number", hint: "as [1, 2, 3]")
    }
    return x
  }
}
