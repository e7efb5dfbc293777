package import ApusGraph

/// One line of a tape: an op, or several that people think of as one, from named quantities to a
/// named quantity.
package struct TapeStep: Sendable {
  /// What flows in: a quantity, through views such as a transpose or a reshape.
  package struct Operand: Sendable, Hashable {
    /// A leaf, a constant or another step's output.
    package let source: NodeID
    /// From the source to where the step uses it; the last one is what the op reads.
    package let views: [NodeID]
  }

  /// What the tape calls it: the op, the composite, or the name of the group.
  package let name: String
  package let op: (any Op)?
  package let output: NodeID
  package let operands: [Operand]
  /// The nodes that compute it without the views of the operands, in order; the last is the output.
  package let members: [NodeID]
  /// The member whose formula is shown; see ``StepGroup/core``.
  package let core: NodeID
  /// Which node a member reads an operand from, for groups and regions whose operands may be used
  /// several times: the operand's last view, or its source.
  package func entry(of operand: Operand) -> NodeID { operand.views.last ?? operand.source }
}

/// Nodes that shall be one step whatever ops they are.
package struct StepGroup: Sendable {
  package let name: String
  package let output: NodeID
  package let members: Set<NodeID>
  /// The member whose formula is shown, where those behind it change nothing: a mean over one row.
  package let core: NodeID
  /// The composite op that the nodes stand for, if any, with its operands in order.
  package let region: Region?

  package init(
    name: String, output: NodeID, members: Set<NodeID>, core: NodeID? = nil, region: Region? = nil
  ) {
    self.name = name
    self.output = output
    self.core = core ?? output
    self.members = members
    self.region = region
  }
}

/// The ops of a graph that only rename, reorder or select: a tape looks through them.
package enum View {
  package static func isView(_ node: Node, in graph: GraphSnapshot) -> Bool {
    switch node.op {
    case is Reshape, is Transpose, is Identity, is Broadcast, is Slice: true
    case is Cast:
      node.type.dtype.isFloatingPoint && graph[node.inputs[0]].type.dtype.isFloatingPoint
    default: false
    }
  }
}

/// A graph cut into steps.
package struct StepList: Sendable {
  package let graph: GraphSnapshot
  /// In the order of computation.
  package let steps: [TapeStep]

  /// - Parameters:
  ///   - roots: what is computed.
  ///   - groups: nodes to take together, besides the composite ops.
  ///   - opensComposites: whether composite ops are shown as the ops that they consist of.
  package init(
    _ graph: GraphSnapshot, roots: [NodeID], groups: [StepGroup] = [], opensComposites: Bool = false
  ) {
    self.graph = graph
    let needed = graph.ancestors(of: roots)
    let closed =
      opensComposites ? [] : groups + Self.closedRegions(of: graph, needed: needed)
    var owner: [NodeID: Int] = [:]
    for (index, group) in closed.enumerated() {
      guard group.members.allSatisfy({ owner[$0] == nil }) else { continue }
      for member in group.members { owner[member] = index }
    }
    var steps: [TapeStep] = []
    for index in graph.nodes.indices where needed[index] {
      let id = NodeID(index)
      let node = graph.nodes[index]
      if let group = owner[id].map({ closed[$0] }) {
        guard group.output == id else { continue }
        steps.append(Self.step(of: group, in: graph))
      } else if !node.inputs.isEmpty, !View.isView(node, in: graph) || roots.contains(id) {
        let operands = node.inputs.map { Self.operand($0, in: graph) }
        steps.append(
          TapeStep(
            name: node.op.name, op: node.op, output: id, operands: operands, members: [id], core: id
          ))
      }
    }
    self.steps = steps
  }

  /// Composite ops of which nothing but the result is used outside, the outer before the inner.
  private static func closedRegions(of graph: GraphSnapshot, needed: [Bool]) -> [StepGroup] {
    var users = [[Int]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() where needed[index] {
      for input in node.inputs { users[input.index].append(index) }
    }
    return graph.regions.reversed().compactMap { region in
      let members = Set(region.nodes)
      guard needed[region.output.index], members.contains(region.output) else { return nil }
      let isClosed = region.nodes.allSatisfy { member in
        member == region.output
          || users[member.index].allSatisfy { members.contains(NodeID($0)) }
      }
      return isClosed
        ? StepGroup(
          name: region.op.name, output: region.output, members: members, region: region) : nil
    }
  }

  private static func step(of group: StepGroup, in graph: GraphSnapshot) -> TapeStep {
    let needed = graph.ancestors(of: [group.output])
    let members = group.members.filter { needed[$0.index] }.sorted()
    var operands: [TapeStep.Operand] = []
    for member in members {
      for input in graph[member].inputs where !group.members.contains(input) {
        let operand = operand(input, in: graph)
        if !operands.contains(operand) { operands.append(operand) }
      }
    }
    // A composite's operands stand in its own order, one entry each.
    if let region = group.region {
      let order = region.inputs.map { Self.operand($0, in: graph) }
      operands = order.filter(operands.contains) + operands.filter { !order.contains($0) }
    }
    return TapeStep(
      name: group.name, op: group.region?.op, output: group.output, operands: operands,
      members: members, core: group.core)
  }

  private static func operand(_ id: NodeID, in graph: GraphSnapshot) -> TapeStep.Operand {
    var views: [NodeID] = []
    var source = id
    while View.isView(graph[source], in: graph) {
      views.append(source)
      source = graph[source].inputs[0]
    }
    return TapeStep.Operand(source: source, views: views.reversed())
  }
}
