import ApusGraph

/// Puts numbers in place of element counts, which are known once sizes are bound.
struct KnownCounts: Pass {
  let name = "known counts"

  func run(_ program: Program) -> Program {
    var rewriter = Rewriter(program)
    for (index, node) in program.graph.nodes.enumerated() {
      let input = node.inputs.first.map { program.graph[$0].type.shape }
      guard let op = node.op as? ElementCount, let shape = input?.concrete else {
        _ = rewriter.copy(NodeID(index))
        continue
      }
      let count = op.axes.reduce(1.0) { $0 * Double(shape[$1]) }
      let literal = Node(
        op: Literal(count, node.type.dtype), inputs: [], type: node.type, scope: node.scope,
        location: node.location)
      rewriter.map(NodeID(index), to: rewriter.add(literal))
    }
    return rewriter.finished()
  }
}
