/// A quantity on an arrow of a graph: a light handle, not numbers.
///
/// `==` asks whether two handles are the same node; the comparison op is `.==`.
public struct Tensor: Sendable {
  public let graph: Graph
  public let id: NodeID
  public let type: TensorType

  init(graph: Graph, id: NodeID, type: TensorType) {
    self.graph = graph
    self.id = id
    self.type = type
  }

  public var shape: Shape { type.shape }
  public var dtype: DType { type.dtype }
  public var rank: Int { type.rank }

  /// Whether a mistake led here.
  public var isPoison: Bool { id == .poison }

  /// The op that computes it; nil on a poison tensor.
  public var op: (any Primitive)? { graph.node(id)?.op }

  /// The composite ops whose result this is, innermost first: `[softmax]` for a softmax.
  public var composites: [Region] { graph.regions(endingAt: id) }

  /// The formula of its last operation with operands named: `weight · x`.
  public var expression: String {
    guard let node = graph.node(id) else { return "?" }
    return node.op.formula(
      node.inputs.map { graph.node($0).map { $0.op.leaf?.label ?? "…" } ?? "?" })
  }

  /// A handle on a node with another op's result of the same graph.
  func applying(_ op: some Primitive, _ others: Tensor...) -> Tensor {
    graph.apply(op, to: [self] + others)
  }

  /// Records a mistake that no op's rule sees, and gives the poison tensor.
  func mistake(_ op: String, _ violation: RuleViolation) -> Tensor {
    if !isPoison {
      graph.record(
        GraphError(op: op, violation: violation, inputs: [type], expression: expression))
    }
    return graph.poison
  }
}

extension Tensor: Hashable {
  public static func == (a: Tensor, b: Tensor) -> Bool { a.graph === b.graph && a.id == b.id }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(graph))
    hasher.combine(id)
  }
}

extension Tensor: CustomStringConvertible {
  /// `%3 float32[N, 30]`
  public var description: String { isPoison ? "poison" : "\(id) \(type)" }
}
