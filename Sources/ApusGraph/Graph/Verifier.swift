/// A broken invariant of a program, found by ``Program/verify()``. A fault of a pass or of a file,
/// not of a model.
public struct VerificationError: DiagnosableError, Hashable, Sendable {
  public let node: NodeID?
  public let rule: String

  public init(node: NodeID?, rule: String) {
    self.node = node
    self.rule = rule
  }

  public var kind: ErrorKind { .badData }

  public var description: String {
    "the graph is not well formed" + (node.map { " at \($0)" } ?? "") + ": \(rule)"
  }
}

extension Program {
  /// Checks the invariants that every pass must keep: inputs come before uses, stored types are the
  /// inferred ones, attributes are legal, leaves are declared once, outputs and updates exist,
  /// every variable is updated at most once with a value of its type.
  public func verify() throws(VerificationError) {
    var declared: Set<String> = []
    for index in graph.nodes.indices {
      try verify(NodeID(index))
      if let leaf = graph.nodes[index].op.leaf {
        try expect(declared.insert(leaf.declaration).inserted, NodeID(index)) {
          "'\(leaf.declaration)' is declared twice"
        }
      }
    }
    for region in graph.regions { try verify(region) }
    try verifyRoots()
  }

  private func verify(_ id: NodeID) throws(VerificationError) {
    let node = graph[id]
    for input in node.inputs {
      try expect(input.index >= 0 && input < id, id) { "\(input) is used before it is defined" }
    }
    do {
      let inferred = try node.op.resultType(of: node.inputs.map { graph[$0].type })
      try expect(inferred == node.type, id) { "stored type \(node.type), inferred \(inferred)" }
      let again = try type(of: node.op).init(attributes: node.op.attributes)
      try expect(node.op.isEqual(to: again), id) { "attributes do not read back" }
    } catch let error as RuleViolation {
      throw VerificationError(node: id, rule: "\(node.op.name): \(error.rule)")
    } catch let error as VerificationError {
      throw error
    } catch {
      throw VerificationError(node: id, rule: "\(error)")
    }
  }

  private func verify(_ region: Region) throws(VerificationError) {
    for id in region.nodes + region.inputs + [region.output] {
      try expect(graph.nodes.indices.contains(id.index), id) {
        "the region \(region.op.name) names a node that does not exist"
      }
    }
  }

  private func verifyRoots() throws(VerificationError) {
    for root in roots + updates.map(\.variable) {
      try expect(graph.nodes.indices.contains(root.index), root) { "the root does not exist" }
    }
    var names: Set<String> = []
    for output in outputs {
      try expect(names.insert(output.name).inserted, output.node) {
        "two outputs are named '\(output.name)'"
      }
    }
    var written: Set<NodeID> = []
    for update in updates {
      try expect(graph[update.variable].op.variable != nil, update.variable) {
        "only parameters and states can be updated"
      }
      try expect(graph[update.variable].type == graph[update.value].type, update.variable) {
        "the new value has another type, \(graph[update.value].type)"
      }
      try expect(written.insert(update.variable).inserted, update.variable) { "updated twice" }
    }
  }

  private func expect(
    _ condition: Bool, _ node: NodeID, _ rule: () -> String
  ) throws(VerificationError) {
    if !condition { throw VerificationError(node: node, rule: rule()) }
  }
}
