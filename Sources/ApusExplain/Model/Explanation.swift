/// One forward and one backward pass with every number: what `apus explain` prints.
///
/// A value in full Float64 precision, computed by the reference engine with the graph's own
/// derivative rules; every gradient carries its numeric estimate. Renderers make text, Markdown,
/// JSON and DOT of it; nothing in it is rounded for display.
public struct Explanation: Hashable, Sendable {
  public var header: ExplanationHeader
  /// The symbols with their shapes, leaves first.
  public var shapes: [ShapeEntry]
  /// In the order of computation, numbered from 1; the loss's rows come last.
  public var forward: [ForwardRow]
  /// How the loss becomes one number; nil when there is none.
  public var loss: LossPart?
  /// From the result back to the leaves, numbered on from the forward rows. Empty where the result
  /// is not one number.
  public var backward: [BackwardRow]
  /// Nil unless several rows went through a network at once.
  public var batch: BatchPart?
  public var parameters: [ParameterGroup]
  /// Nil where there is no gradient.
  public var step: StepPart?
  public var remarks: [Remark]
}

/// What is explained, in which precision and notation.
public struct ExplanationHeader: Hashable, Sendable {
  /// Where the numbers of a worked example come from.
  public enum Origin: String, Hashable, Sendable, CaseIterable {
    /// Printed in the lecture.
    case given
    /// Recomputed from what the lecture prints.
    case reconstructed
    /// Not the lecture's numbers.
    case ours
  }

  /// The preset's name, the expression or the model's path.
  public var title: String
  /// The network or expression in one line.
  public var summary: String
  /// The loss with its reduction; nil when there is none.
  public var loss: String?
  public var notation: String
  public var precision: String
  public var seed: UInt64?
  /// Which example: `row 1`.
  public var example: String?
  public var origin: Origin?
  /// The layers in the notation: `z1 = W1·x + b1`.
  public var equations: [String] = []
  /// What the reader should know before the numbers, such as what was reconstructed.
  public var notes: [String]

  public init(
    title: String, summary: String, loss: String? = nil, notation: String = "names of the graph",
    precision: String = "Float64", seed: UInt64? = nil, example: String? = nil,
    origin: Origin? = nil, notes: [String] = []
  ) {
    self.title = title
    self.summary = summary
    self.loss = loss
    self.notation = notation
    self.precision = precision
    self.seed = seed
    self.example = example
    self.origin = origin
    self.notes = notes
  }
}

/// A line of the shape ledger.
public struct ShapeEntry: Hashable, Sendable {
  public let symbol: String
  /// In words: "weights of layer 1".
  public let meaning: String
  public let role: QuantityRole
  /// With symbols: `[N, 2]`.
  public let symbolicShape: String
  public let shape: [Int]

  public init(
    symbol: String, meaning: String, role: QuantityRole, symbolicShape: String, shape: [Int]
  ) {
    self.symbol = symbol
    self.meaning = meaning
    self.role = role
    self.symbolicShape = symbolicShape
    self.shape = shape
  }

  public var count: Int { shape.reduce(1, *) }
}

/// A line of the forward tape: quantity = formula = formula with numbers = value.
public struct ForwardRow: Hashable, Sendable {
  public let number: Int
  public let quantity: Quantity
  /// The op, such as `sigmoid`.
  public let operation: String
  public let formula: Formula
  public let value: Numbers
  /// Whether it belongs to the loss and not to the network.
  public let isLoss: Bool
  /// What to notice here: "saturated: σ' = 1.1e-7".
  public var note: String?
}

/// How the terms of a loss become one number.
public struct LossPart: Hashable, Sendable {
  public struct Term: Hashable, Sendable {
    public let name: String
    public let formula: Formula
    public let value: Double
  }

  /// One for each output.
  public let terms: [Term]
  public let sum: Double
  /// In words: "sum over rows of the sum over outputs of (p − t)²".
  public let reduction: String
  public let value: Double
}

/// A line of the backward tape: the gradient of the result with respect to one quantity.
public struct BackwardRow: Hashable, Sendable {
  public let number: Int
  public let quantity: Quantity
  /// One for each use of the quantity; their sum is the gradient. Empty for the result itself.
  public let contributions: [Contribution]
  public let gradient: Numbers
  public let estimate: Estimate
  /// Of a batch's matrix that is small enough to be written out, each number by central differences.
  public var estimates: Numbers?
  /// "Why is it zero?" and other things to notice.
  public var note: String?
}

/// What one use of a quantity adds to its gradient: upstream × local derivative.
public struct Contribution: Hashable, Sendable {
  /// The quantity that uses it.
  public let through: String
  public let operation: String
  /// The backward row of `through`, whose gradient is the upstream.
  public let row: Int
  public let upstream: Numbers
  /// ∂through/∂quantity with numbers.
  public let localFormula: Formula
  /// Its value; nil where it is a Jacobian too large to show.
  public let local: Double?
  public let product: Numbers
}

/// A gradient by central differences.
public struct Estimate: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Of one number.
    case gradient
    /// Of a tensor's norm: the slope along its gradient.
    case norm
  }

  public let kind: Kind
  public let value: Double

  public init(_ kind: Kind, _ value: Double) {
    self.kind = kind
    self.value = value
  }
}

/// The parameters of one tensor with their gradients and updates.
public struct ParameterGroup: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// In words: `x1→h2`.
    public let name: String
    public let index: [Int]
    public let value: Double
    public let gradient: Double
    public let estimate: Double
    /// |gradient − estimate| over the largest |gradient| of the group.
    public let error: Double
    /// Learning rate × gradient.
    public let change: Double
    public let newValue: Double
  }

  public let name: String
  public let layer: String
  public let shape: [Int]
  /// All of them, or those with the largest gradients.
  public let entries: [Entry]
  /// Of all values in row-major order.
  public let values: Numbers
  public let gradients: Numbers
  public var count: Int { values.values.count }
  public var gradientNorm: Double { gradients.norm }
  /// Of the norm, along the gradient.
  public let normEstimate: Double
}

extension Explanation {
  /// The same with the parameters of each tensor in the order of their gradients, the largest first.
  public func sortedByGradient() -> Explanation {
    var sorted = self
    sorted.parameters = parameters.map { group in
      ParameterGroup(
        name: group.name, layer: group.layer, shape: group.shape,
        entries: group.entries.sorted { $0.gradient.magnitude > $1.gradient.magnitude },
        values: group.values, gradients: group.gradients, normEstimate: group.normEstimate)
    }
    return sorted
  }
}

/// What a step of gradient descent does to the loss.
public struct StepPart: Hashable, Sendable {
  public struct Trial: Hashable, Sendable {
    public let learningRate: Double
    /// Before − learning rate × ‖gradient‖².
    public let predicted: Double
    public let actual: Double
    /// Whether the actual change is within a tenth of the predicted one.
    public let held: Bool
  }

  public let before: Double
  /// ‖gradient‖² over all parameters.
  public let squaredNorm: Double
  /// The learning rate asked for, then its double and its half.
  public let trials: [Trial]
}

/// A thing worth knowing about the numbers.
public struct Remark: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case saturation, deadUnit, tie, kink, zeroGradient, displayedZero, cancellation, vanishing
    case badValue, gradientError, note
  }

  public let kind: Kind
  /// The rows that it rests on.
  public let rows: [Int]
  public let text: String

  public init(_ kind: Kind, rows: [Int] = [], _ text: String) {
    self.kind = kind
    self.rows = rows
    self.text = text
  }
}
