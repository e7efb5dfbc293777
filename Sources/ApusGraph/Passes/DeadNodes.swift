/// Drops nodes that no output and no update needs. Inputs and variables stay: they are the
/// program's interface.
public struct DeadNodes: Pass {
  public let name = "dead nodes"

  public init() {}

  public func run(_ program: Program) -> Program {
    let needed = program.graph.ancestors(of: program.roots)
    let isKept = program.graph.nodes.indices.map { index in
      needed[index] || program.graph.nodes[index].op.leaf != nil
    }
    if !isKept.contains(false) { return program }
    var rewriter = Rewriter(program)
    for index in isKept.indices where isKept[index] { _ = rewriter.copy(NodeID(index)) }
    return rewriter.finished()
  }
}
