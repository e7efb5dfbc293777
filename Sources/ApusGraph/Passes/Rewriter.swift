/// Copies a program node by node into a new one, with room for a pass to drop, merge or replace
/// nodes. Keeps regions whose output survives.
public struct Rewriter {
  public let source: Program
  public private(set) var nodes: [Node] = []
  /// The new node for each old one; nil when dropped.
  public private(set) var mapping: [NodeID?]
  private var replacedRegions: Set<Int> = []
  private var addedRegions: [Region] = []

  public init(_ source: Program) {
    self.source = source
    mapping = Array(repeating: nil, count: source.graph.nodes.count)
    nodes.reserveCapacity(source.graph.nodes.count)
  }

  /// Adds a node to the new program.
  public mutating func add(_ node: Node) -> NodeID {
    nodes.append(node)
    return NodeID(nodes.count - 1)
  }

  /// Adds an op on new nodes with its type inferred, under the scope and line of an old node.
  public mutating func add(
    _ op: any Primitive, _ inputs: [NodeID], like old: Node
  ) throws(RuleViolation) -> NodeID {
    let type = try op.resultType(of: inputs.map { nodes[$0.index].type })
    return add(
      Node(op: op, inputs: inputs, type: type, scope: old.scope, location: old.location))
  }

  /// Copies an old node; its inputs must have been mapped.
  public mutating func copy(_ id: NodeID) -> NodeID {
    copy(id, source.graph.nodes[id.index])
  }

  /// Copies the old node of a place, where the caller has it at hand.
  mutating func copy(_ id: NodeID, _ old: Node) -> NodeID {
    let isAsBefore = old.inputs.allSatisfy { mapping[$0.index] == $0 }
    let copied = add(
      isAsBefore
        ? old
        : Node(
          op: old.op, inputs: newInputs(of: old), type: old.type, scope: old.scope,
          location: old.location))
    map(id, to: copied)
    return copied
  }

  /// Expands another composite op in place of an old region; the result stands for the region's
  /// output.
  ///
  /// - Parameter inputs: old nodes, already mapped.
  public mutating func replace(
    regionAt index: Int, by op: any Composite, on inputs: [NodeID]
  ) throws {
    let old = source.graph.regions[index]
    let graph = Graph(GraphSnapshot(nodes: nodes))
    let operands = inputs.compactMap { mapping[$0.index].map(graph.tensor) }
    let output = BuildSite.inScope(old.scope) { graph.apply(op, to: operands) }
    let expanded = try graph.snapshot()
    nodes = expanded.nodes
    addedRegions += expanded.regions
    replacedRegions.insert(index)
    map(old.output, to: output.id)
  }

  /// Whether a new node has this type; for rules that may only replace equals.
  func type(_ new: NodeID) -> TensorType { nodes[new.index].type }

  /// Says which new node stands for an old one.
  public mutating func map(_ old: NodeID, to new: NodeID) { mapping[old.index] = new }

  /// The new nodes for an old node's inputs.
  public func newInputs(of old: Node) -> [NodeID] {
    old.inputs.map { input in
      guard let new = mapping[input.index] else {
        preconditionFailure("Rewriter: \(input) was dropped but \(old.op.name) uses it")
      }
      return new
    }
  }

  /// The new program. Outputs and updates must have survived.
  public func finished() -> Program {
    func new(_ id: NodeID) -> NodeID {
      guard let new = mapping[id.index] else {
        preconditionFailure("Rewriter: the root \(id) was dropped")
      }
      return new
    }
    let kept = source.graph.regions.indices.filter { !replacedRegions.contains($0) }
    let regions = kept.compactMap { rewritten(source.graph.regions[$0]) } + addedRegions
    return Program(
      graph: GraphSnapshot(nodes: nodes, regions: regions),
      outputs: source.outputs.map { .init($0.name, new($0.node)) },
      updates: source.updates.map { .init(new($0.variable), new($0.value)) })
  }

  private func rewritten(_ region: Region) -> Region? {
    guard let output = mapping[region.output.index] else { return nil }
    let inputs = region.inputs.compactMap { mapping[$0.index] }
    guard inputs.count == region.inputs.count else { return nil }
    return Region(
      op: region.op, inputs: inputs, output: output,
      nodes: region.nodes.compactMap { mapping[$0.index] }, scope: region.scope)
  }
}

/// A transform of programs that keeps their meaning.
public protocol Pass: Sendable {
  var name: String { get }
  func run(_ program: Program) throws -> Program
}

extension Program {
  /// Runs passes in order. With `verifying`, checks the result of each and names the pass at fault.
  public func transformed(by passes: [any Pass], verifying: Bool = false) throws -> Program {
    var program = self
    for pass in passes {
      program = try pass.run(program)
      if verifying {
        do { try program.verify() } catch {
          throw VerificationError(node: error.node, rule: "after \(pass.name): \(error.rule)")
        }
      }
    }
    return program
  }
}
