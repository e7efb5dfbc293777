public import ApusGraph

/// What a loss takes as predictions: what the head of the network must give.
public enum LossPredictions: String, Hashable, Sendable {
  /// Any numbers.
  case real
  /// Signed distances; the sign is the class.
  case margin
  /// One score per class, before a softmax.
  case logits
  /// One probability per class, summing to 1: a softmax head.
  case distribution
  /// One score per yes-or-no question, before a sigmoid.
  case binaryLogits
  /// One probability per yes-or-no question: a sigmoid head.
  case probabilities
  /// Positive numbers.
  case rates
}

/// What a loss takes as targets.
public enum LossTargets: String, Hashable, Sendable {
  /// Float [N, outputs].
  case real
  /// −1 or 1, [N, outputs].
  case signs
  /// Class numbers, Int32 [N], or rows [N, classes] that sum to 1.
  case classes
  /// 0 or 1, [N, outputs].
  case binary
  /// Rows [N, classes] that sum to 1.
  case distribution
  /// 0, 1, 2 …, [N, outputs].
  case counts
}

/// What the data has to offer as targets.
public enum TargetKind: Hashable, Sendable {
  /// Class numbers below `count`.
  case classes(count: Int)
  /// So many yes-or-no answers per row.
  case binary(columns: Int)
  /// So many real numbers per row.
  case real(columns: Int)
}

/// The last function of a network and how many outputs it has, read off its graph.
public struct Head: Hashable, Sendable {
  /// `linear`, `softmax`, `sigmoid`, `tanh`, …
  public let activation: String
  /// The last dimension; nil when it is not a fixed number.
  public let outputs: Int?
  /// Whether a softmax is fed with the result of a softmax.
  public let isSoftmaxOfSoftmax: Bool

  public init(activation: String, outputs: Int?, isSoftmaxOfSoftmax: Bool = false) {
    self.activation = activation
    self.outputs = outputs
    self.isSoftmaxOfSoftmax = isSoftmaxOfSoftmax
  }

  /// The head whose result a tensor is. Anything that is not known to bound its result counts as
  /// linear.
  public init(of output: Tensor) {
    let region = output.composites.last { Head.names.contains($0.op.name) }
    let own = output.op.map(\.name).flatMap { Head.names.contains($0) ? $0 : nil }
    activation = region?.op.name ?? own ?? "linear"
    outputs = output.shape.dimensions.last?.constant
    isSoftmaxOfSoftmax =
      region.map { region in
        region.op is Softmax
          && output.graph.tensor(region.inputs[0]).composites.contains { $0.op is Softmax }
      } ?? false
  }

  private static let names: Set<String> = [
    "softmax", "log_softmax", "sigmoid", "hard_sigmoid", "tanh", "step", "relu", "softplus", "exp",
    "softsign",
  ]
}

/// A loss that does not fit the network's head or the data's targets.
public struct LossMismatch: DiagnosableError, Hashable, Sendable {
  public let loss: String
  public let rule: String
  public let hint: String

  public var kind: ErrorKind { .usage }

  public var description: String { "\(loss): \(rule); hint: \(hint)" }
}

extension Loss {
  /// Throws when this loss makes no sense behind the head or with the targets, before anything is
  /// planned: a softmax applied twice, scores where probabilities belong, numbers of outputs that
  /// do not match.
  public func check(head: Head, targets kind: TargetKind? = nil) throws(LossMismatch) {
    if head.isSoftmaxOfSoftmax {
      throw mismatch(
        "the network applies softmax twice", "remove one of the two; keep Dense(k) linear")
    }
    try checkActivation(head)
    if let kind { try check(kind, head) }
  }

  private func mismatch(_ rule: String, _ hint: String) -> LossMismatch {
    LossMismatch(loss: name, rule: rule, hint: hint)
  }

  private func checkActivation(_ head: Head) throws(LossMismatch) {
    switch (predictions, head.activation) {
    case (.logits, "softmax"):
      throw mismatch(
        "softmax would be applied twice: by the head and by the loss",
        "make the last layer linear, or use categorical_cross_entropy")
    case (.binaryLogits, "sigmoid"):
      throw mismatch(
        "the sigmoid would be applied twice: by the head and by the loss",
        "make the last layer linear, or use binary_cross_entropy")
    case (.logits, let name) where Self.boundedHeads.contains(name),
      (.binaryLogits, let name) where Self.boundedHeads.contains(name) || name == "softmax":
      throw mismatch("it takes scores from a linear head, found \(name)", Self.linearHint)
    case (.distribution, let name) where name != "softmax":
      throw mismatch(
        "it takes probabilities that sum to 1, found a head of kind \(name)",
        stemOfLogits)
    case (.probabilities, "softmax"):
      throw mismatch(
        "a softmax head answers one question with \(head.outputs ?? 0) classes",
        "use categorical_cross_entropy, or a sigmoid head for independent yes-or-no answers")
    case (.probabilities, let name) where name != "sigmoid" && name != "hard_sigmoid":
      throw mismatch(
        "it takes probabilities between 0 and 1, found a head of kind \(name)",
        "give the last layer a sigmoid, or use sigmoid_cross_entropy with a linear head")
    case (.rates, let name) where !["softplus", "exp", "sigmoid", "softmax"].contains(name):
      throw mismatch(
        "it takes positive rates, found a head of kind \(name)",
        "give the last layer softplus, or use poisson_from_log_rate with a linear head")
    default: break
    }
  }

  private static var boundedHeads: [String] { ["sigmoid", "hard_sigmoid", "relu", "step", "exp"] }
  private static var linearHint: String { "make the last layer linear" }
  private var stemOfLogits: String {
    self is KLDivergence
      ? "give the last layer a softmax"
      : "give the last layer a softmax, or use softmax_cross_entropy with a linear head"
  }

  private func check(_ kind: TargetKind, _ head: Head) throws(LossMismatch) {
    guard let outputs = head.outputs else { return }
    switch (kind, targets) {
    case (.classes(let count), _) where outputs == count: break
    case (.classes(2), .binary) where outputs == 1: break
    case (.classes(2), .real) where outputs == 1: break
    case (.classes(let count), .real), (.classes(let count), .counts):
      throw mismatch(
        "the targets are class numbers below \(count), the head gives \(outputs) real "
          + "number\(outputs == 1 ? "" : "s")",
        "use softmax_cross_entropy with \(count) outputs")
    case (.classes(let count), _):
      throw mismatch(
        "the data has \(count) classes, the network \(outputs) output\(outputs == 1 ? "" : "s")",
        "give the last layer \(count) outputs")
    case (.real, .classes), (.real, .binary), (.real, .distribution):
      throw mismatch(
        "it takes classes, the targets are real numbers",
        "use mean_squared_error for regression")
    case (.binary, .classes):
      throw mismatch(
        "it takes one class per row, the targets are yes-or-no answers",
        "use sigmoid_cross_entropy")
    case (.binary(let columns), _) where columns != outputs,
      (.real(let columns), _) where columns != outputs:
      throw mismatch(
        "a row has \(columns) target\(columns == 1 ? "" : "s"), the network \(outputs) "
          + "output\(outputs == 1 ? "" : "s")", "give the last layer \(columns) outputs")
    default: break
    }
  }
}
