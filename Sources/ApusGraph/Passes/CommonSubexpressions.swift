/// Computes equal expressions once: nodes with equal op and equal inputs become one. Random ops are
/// no exception, because their numbers are a function of key and stream.
public struct CommonSubexpressions: Pass {
  public let name = "common subexpressions"

  public init() {}

  public func run(_ program: Program) -> Program {
    var rewriter = Rewriter(program)
    // New nodes by what they compute. Few share a hash, and ops are compared where they do: boxes
    // for keys of a dictionary would take longer than all the rest.
    var known: [Int: [NodeID]] = [:]
    for (index, node) in program.graph.nodes.enumerated() {
      let inputs = rewriter.newInputs(of: node)
      var hasher = Hasher()
      hasher.combine(ObjectIdentifier(type(of: node.op)))
      node.op.hash(into: &hasher)
      hasher.combine(inputs)
      let hash = hasher.finalize()
      let earlier = known[hash]?.first { id in
        rewriter.nodes[id.index].inputs == inputs
          && rewriter.nodes[id.index].op.isEqual(to: node.op)
      }
      if let earlier {
        rewriter.map(NodeID(index), to: earlier)
      } else {
        known[hash, default: []].append(rewriter.copy(NodeID(index), node))
      }
    }
    return rewriter.finished().withoutRepeatedRegions()
  }
}

extension Program {
  /// Drops regions that say the same as an earlier one.
  fileprivate func withoutRepeatedRegions() -> Program {
    guard !graph.regions.isEmpty else { return self }
    var seen: Set<[AnyHashable]> = []
    var program = self
    program.graph.regions.removeAll { region in
      !seen.insert([AnyHashable(region.op), region.inputs, region.output]).inserted
    }
    return program
  }
}
