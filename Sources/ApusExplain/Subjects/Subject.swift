package import ApusGraph

/// What is explained: a graph with concrete shapes in Float64, numbers for its leaves, and what
/// people call its quantities.
package struct Subject: Sendable {
  package var header: ExplanationHeader
  package var graph: GraphSnapshot
  package var result: NodeID
  package var feeds: [NodeID: TensorData]
  /// Nodes to show as one step.
  package var groups: [StepGroup] = []
  package var names: [NodeID: TensorName] = [:]
  /// Of leaves that are neither inputs nor parameters by their op, such as targets.
  package var roles: [NodeID: QuantityRole] = [:]
  /// Outputs of steps that belong to the loss.
  package var lossNodes: Set<NodeID> = []
  /// The loss's terms before the reduction; nil where the result is not a loss.
  package var lossTerms: NodeID?
  /// The reduction in words.
  package var lossReduction: String?
  package var lossScale: ReductionScale?
  /// Probabilities that are shown beside the scores that the loss takes.
  package var probabilities: NodeID?

  /// What the rows of a network's batch are called; empty for an expression.
  package var rowNumbers: [Int] = []
  /// How the losses of rows become one.
  package var combination = BatchPart.Combination.sum
  /// Whether penalties on parameters stand beside the loss of the rows.
  package var hasPenalty = false

  /// How a network is written down; nil for an expression.
  package var notation: Notation?
  /// What a slide prints of it.
  package var slideNumbers: [SlideNumber] = []

  package init(
    header: ExplanationHeader, graph: GraphSnapshot, result: NodeID,
    feeds: [NodeID: TensorData]
  ) {
    self.header = header
    self.graph = graph
    self.result = result
    self.feeds = feeds
  }

  package func role(of id: NodeID) -> QuantityRole {
    if let role = roles[id] { return role }
    switch graph[id].op {
    case is Input: return .input
    case is Parameter: return .parameter
    case is Constant, is Literal, is State: return .constant
    default: return id == result && lossTerms != nil ? .loss : .intermediate
    }
  }
}

/// What people call a tensor and its elements.
package struct TensorName: Sendable, Hashable {
  package var base: String
  /// In row-major order; empty where the usual names do: `x1`, `W12`, `W[3,12]`.
  package var elements: [String]
  /// Of parameters, what they connect: `x1→h2`. Empty where the elements' names say it.
  package var connections: [String]
  /// For the shape ledger; empty where the role says it.
  package var meaning: String
  package var symbolicShape: String?
  /// The shape as the notation has it, where it differs from the graph's.
  package var shownShape: [Int]?
  package var layer: String
  /// The formula of the whole tensor in a notation: `W1·x + b1`; nil for the graph's own.
  package var formula: String?

  package init(
    _ base: String, elements: [String] = [], connections: [String] = [], meaning: String = "",
    symbolicShape: String? = nil, layer: String = "", formula: String? = nil
  ) {
    self.base = base
    self.elements = elements
    self.connections = connections
    self.meaning = meaning
    self.symbolicShape = symbolicShape
    self.layer = layer
    self.formula = formula
  }

  /// The name of one element of a tensor of this shape. Axes of size 1 are not counted.
  package func element(_ index: Int, of shape: [Int]) -> String {
    if elements.indices.contains(index) { return elements[index] }
    return Self.usual(base, index, of: shape)
  }

  /// `x1` and `W12` where every place has one digit and the name does not end in one, else `x[12]`.
  package static func usual(_ base: String, _ index: Int, of shape: [Int]) -> String {
    let axes = shape.filter { $0 != 1 }
    if axes.isEmpty { return base }
    let places = place(index, in: axes).map { "\($0 + 1)" }
    let isShort =
      axes.allSatisfy { $0 <= 9 } && axes.count <= 2
      && base.last.map { $0.isLetter || $0 == "_" } ?? false
    return isShort ? base + places.joined() : "\(base)[\(places.joined(separator: ","))]"
  }

  /// The place of an element in each axis, counted from 0.
  package static func place(_ index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    var places: [Int] = []
    for size in shape.reversed() {
      places.insert(rest % max(size, 1), at: 0)
      rest /= max(size, 1)
    }
    return places
  }
}
