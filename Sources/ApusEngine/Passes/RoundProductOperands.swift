import ApusGraph

/// Puts the rounding to bfloat16 before every large product into the program itself: what
/// ``ProductPrecision/bfloat16`` means, as the reference engine computes it. Takes concrete shapes.
struct RoundProductOperands: Pass {
  let name = "round product operands"

  func run(_ program: Program) throws -> Program {
    var rewriter = Rewriter(program)
    for (index, node) in program.graph.nodes.enumerated() {
      guard Self.rounds(node, in: program) else {
        _ = rewriter.copy(NodeID(index))
        continue
      }
      let rounded = try rewriter.newInputs(of: node).map { input in
        let narrow = try rewriter.add(Cast(to: .bfloat16), [input], like: node)
        return try rewriter.add(Cast(to: .float32), [narrow], like: node)
      }
      rewriter.map(NodeID(index), to: try rewriter.add(node.op, rounded, like: node))
    }
    return rewriter.finished()
  }

  /// Whether a node is a product whose operands are rounded.
  static func rounds(_ node: Node, in program: Program) -> Bool {
    guard let op = node.op as? MatMul, let result = node.type.shape.concrete else { return false }
    let inputs = node.inputs.compactMap { program.graph[$0].type.shape.concrete }
    guard inputs.count == 2, let shape = ProductShape(op, inputs[0], inputs[1], result) else {
      return false
    }
    return shape.isRounded(node.type.dtype)
  }
}
