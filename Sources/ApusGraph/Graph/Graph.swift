import Synchronization

/// An arena of nodes that only grows.
///
/// Building never crashes: the graph remembers its first ``mistake`` and whoever uses the graph
/// throws it.
///
/// ```swift
/// let graph = Graph()
/// let (x, w) = (graph.input("x"), graph.parameter("w"))
/// let f = relu(w * x)
/// let slope = graph.gradient(of: f, with: w)
/// ```
public final class Graph: Sendable {
  private struct State {
    var nodes: [Node] = []
    var regions: [Region] = []
    /// Positions in `regions` by their output, so that asking for them does not search.
    var regionsByOutput: [NodeID: [Int]] = [:]
    var mistake: GraphError?
    /// Names of inputs and paths of parameters and states, each declared once.
    var declared: Set<String> = []

    mutating func append(_ region: Region) {
      regionsByOutput[region.output, default: []].append(regions.count)
      regions.append(region)
    }
  }

  private let state = Mutex(State())

  public init() {}

  /// A graph that starts from nodes made elsewhere, such as a model file.
  public init(_ snapshot: GraphSnapshot) {
    state.withLock {
      $0.nodes = snapshot.nodes
      for region in snapshot.regions { $0.append(region) }
      for node in snapshot.nodes {
        if let leaf = node.op.leaf { $0.declared.insert(leaf.declaration) }
      }
    }
  }

  /// The first mistake made while building, if any.
  public var mistake: GraphError? { state.withLock { $0.mistake } }

  /// The nodes so far. Throws the first mistake.
  public func snapshot() throws(GraphError) -> GraphSnapshot {
    let (snapshot, mistake) = state.withLock {
      (GraphSnapshot(nodes: $0.nodes, regions: $0.regions), $0.mistake)
    }
    if let mistake { throw mistake }
    return snapshot
  }

  /// The number of nodes so far.
  public var nodeCount: Int { state.withLock { $0.nodes.count } }

  /// Remembers a mistake unless there was one before.
  public func record(_ mistake: GraphError) {
    state.withLock { if $0.mistake == nil { $0.mistake = mistake } }
  }

  /// Adds one primitive operation. A mistake gives a poison tensor.
  public func apply(_ op: some Primitive, to inputs: [Tensor]) -> Tensor {
    guard admit(inputs, to: op) else { return poison }
    let types = inputs.map(\.type)
    do {
      let type = try op.resultType(of: types)
      if let leaf = op.leaf { try declare(leaf) }
      let site = BuildSite.current
      let node = Node(
        op: op, inputs: inputs.map(\.id), type: type, scope: site.scope, location: site.location)
      return Tensor(graph: self, id: append(node), type: type)
    } catch {
      record(
        GraphError(
          op: op.name, violation: error, inputs: types,
          expression: op.formula(inputs.map(\.expression))))
      return poison
    }
  }

  /// Adds an operation whose type is known at run time only, as when a graph is copied.
  public func apply(_ op: any Primitive, on inputs: [Tensor]) -> Tensor { apply(op, to: inputs) }

  /// Records a region of a copied graph under the new handles of its nodes.
  public func add(_ region: Region, mapping: (NodeID) -> Tensor) {
    func new(_ id: NodeID) -> NodeID { mapping(id).id }
    let copy = Region(
      op: region.op, inputs: region.inputs.map(new), output: new(region.output),
      nodes: region.nodes.map(new), scope: region.scope)
    guard !(copy.nodes + copy.inputs + [copy.output]).contains(.poison) else { return }
    state.withLock { $0.regions.append(copy) }
  }

  /// Expands a composite operation and records its nodes as a region.
  public func apply(_ op: some Composite, to inputs: [Tensor]) -> Tensor {
    guard admit(inputs, to: op) else { return poison }
    let first = nodeCount
    let output = op.expansion(of: inputs)
    guard output.graph === self, !output.isPoison else { return poison }
    let region = Region(
      op: op, inputs: inputs.map(\.id), output: output.id,
      nodes: (first..<nodeCount).map { NodeID($0) }, scope: BuildSite.current.scope)
    state.withLock { $0.append(region) }
    return output
  }

  /// The tensor that stands for a mistake: every query on it is total, ops on it give it back.
  var poison: Tensor { Tensor(graph: self, id: .poison, type: TensorType([])) }

  /// Records a mistake and gives the poison tensor, for layers that check their inputs.
  public func fail(_ mistake: GraphError) -> Tensor {
    record(mistake)
    return poison
  }

  func node(_ id: NodeID) -> Node? {
    state.withLock { $0.nodes.indices.contains(id.index) ? $0.nodes[id.index] : nil }
  }

  /// The regions whose output a node is, innermost first.
  func regions(endingAt id: NodeID) -> [Region] {
    state.withLock { state in (state.regionsByOutput[id] ?? []).map { state.regions[$0] } }
  }

  /// A handle on a node of this graph.
  public func tensor(_ id: NodeID) -> Tensor {
    guard let node = node(id) else { return poison }
    return Tensor(graph: self, id: id, type: node.type)
  }

  private func append(_ node: Node) -> NodeID {
    state.withLock {
      $0.nodes.append(node)
      return NodeID($0.nodes.count - 1)
    }
  }

  private func admit(_ inputs: [Tensor], to op: some Op) -> Bool {
    if let stranger = inputs.first(where: { $0.graph !== self }) {
      record(
        GraphError(
          op: op.name,
          violation: RuleViolation(
            "all operands must belong to one graph",
            hint: "build the whole expression from the tensors of one Graph"),
          inputs: inputs.map(\.type), expression: stranger.expression))
      return false
    }
    return !inputs.contains { $0.isPoison }
  }

  private func declare(_ leaf: some Leaf) throws(RuleViolation) {
    let isNew = state.withLock { $0.declared.insert(leaf.declaration).inserted }
    guard isNew else {
      throw RuleViolation(
        "'\(leaf.declaration)' is declared twice",
        hint: "give it another name, or keep the first tensor and use it twice to share it")
    }
  }
}
