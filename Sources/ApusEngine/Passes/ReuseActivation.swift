import ApusGraph

/// Reads the sign that a ReLU's derivative needs from the ReLU's result, which is positive where
/// its operand is: so the operand need not be kept. step(x) = step(relu(x)), for NaN too.
struct ReuseActivation: Pass {
  let name = "reuse activation"

  func run(_ program: Program) -> Program {
    var rewriter = Rewriter(program)
    var activation: [NodeID: NodeID] = [:]
    for (index, node) in program.graph.nodes.enumerated() {
      if node.op is Step, let result = activation[node.inputs[0]] {
        let step = Node(
          op: node.op, inputs: [result], type: node.type, scope: node.scope,
          location: node.location)
        rewriter.map(NodeID(index), to: rewriter.add(step))
        continue
      }
      let copy = rewriter.copy(NodeID(index))
      if node.op is ReLU { activation[node.inputs[0]] = copy }
    }
    return rewriter.finished()
  }
}
