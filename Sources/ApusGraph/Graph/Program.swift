/// A graph with a purpose: which values to give back and which variables to overwrite.
///
/// What passes transform, engines plan, files store and pictures show.
public struct Program: Hashable, Sendable {
  /// A value that the program gives back, by name.
  public struct Output: Hashable, Sendable {
    public let name: String
    public let node: NodeID

    public init(_ name: String, _ node: NodeID) {
      self.name = name
      self.node = node
    }
  }

  /// A variable (parameter or state) and the value that it has after the run.
  public struct Update: Hashable, Sendable {
    public let variable: NodeID
    public let value: NodeID

    public init(_ variable: NodeID, _ value: NodeID) {
      self.variable = variable
      self.value = value
    }
  }

  public var graph: GraphSnapshot
  public var outputs: [Output]
  public var updates: [Update]

  public init(graph: GraphSnapshot, outputs: [Output], updates: [Update] = []) {
    self.graph = graph
    self.outputs = outputs
    self.updates = updates
  }

  /// The program that computes the given tensors of one graph and writes the updates.
  ///
  /// Throws the graph's first mistake, or says which tensor is not of this graph.
  public init(
    _ graph: Graph, outputs: [(name: String, tensor: Tensor)],
    updates: [(variable: Tensor, value: Tensor)] = []
  ) throws {
    let all = outputs.map(\.tensor) + updates.flatMap { [$0.variable, $0.value] }
    if let mistake = graph.mistake { throw mistake }
    guard all.allSatisfy({ $0.graph === graph && !$0.isPoison }) else {
      throw GraphError(
        op: "program", violation: RuleViolation("all outputs and updates must be of one graph"))
    }
    self.graph = try graph.snapshot()
    self.outputs = outputs.map { Output($0.name, $0.tensor.id) }
    self.updates = updates.map { Update($0.variable.id, $0.value.id) }
  }

  /// What must be computed: outputs, then new values of variables.
  public var roots: [NodeID] { outputs.map(\.node) + updates.map(\.value) }

  /// Inputs in order of declaration.
  public var inputs: [(id: NodeID, op: Input)] { leaves() }
  public var parameters: [(id: NodeID, op: Parameter)] { leaves() }
  public var states: [(id: NodeID, op: State)] { leaves() }

  /// Parameters and states in order of declaration.
  public var variables: [(id: NodeID, path: String, type: TensorType)] {
    graph.nodes.indices.compactMap { index in
      guard let leaf = graph.nodes[index].op.variable else { return nil }
      return (NodeID(index), leaf.path, graph.nodes[index].type)
    }
  }

  /// The symbols of all inputs, each once.
  public var symbols: [String] {
    var found: [String] = []
    for input in inputs {
      for symbol in input.op.type.shape.symbols where !found.contains(symbol) {
        found.append(symbol)
      }
    }
    return found
  }

  private func leaves<L: Leaf>() -> [(id: NodeID, op: L)] {
    graph.nodes.indices.compactMap { index in
      (graph.nodes[index].op as? L).map { (NodeID(index), $0) }
    }
  }
}
