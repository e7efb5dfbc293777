/// Computes equal expressions once: nodes with equal op and equal inputs become one. Random ops are
/// no exception, because their numbers are a function of key and stream.
public struct CommonSubexpressions: Pass {
  public let name = "common subexpressions"

  public init() {}

  public func run(_ program: Program) -> Program {
    var rewriter = Rewriter(program)
    var known: [Expression: NodeID] = [:]
    for (index, node) in program.graph.nodes.enumerated() {
      let id = NodeID(index)
      let expression = Expression(op: AnyHashable(node.op), inputs: rewriter.newInputs(of: node))
      if let earlier = known[expression] {
        rewriter.map(id, to: earlier)
      } else {
        known[expression] = rewriter.copy(id)
      }
    }
    return rewriter.finished().withoutRepeatedRegions()
  }

  private struct Expression: Hashable {
    let op: AnyHashable
    let inputs: [NodeID]
  }
}

extension Program {
  /// Drops regions that say the same as an earlier one.
  fileprivate func withoutRepeatedRegions() -> Program {
    var seen: Set<[AnyHashable]> = []
    var program = self
    program.graph.regions.removeAll { region in
      !seen.insert([AnyHashable(region.op), region.inputs, region.output]).inserted
    }
    return program
  }
}
