import ApusGraph

/// Computes what depends on constants alone, with the reference kernels. Results larger than a
/// page stay as they are: a broadcast zero should not become memory.
struct FoldConstants: Pass {
  let name = "fold constants"
  private static let largest = 1024

  func run(_ program: Program) throws -> Program {
    var rewriter = Rewriter(program)
    var known = [TensorData?](repeating: nil, count: program.graph.nodes.count)
    for (index, node) in program.graph.nodes.enumerated() {
      known[index] = try value(of: node, known)
      if let data = known[index], !(node.op is Constant), !(node.op is Literal) {
        rewriter.map(NodeID(index), to: rewriter.add(leaf(data, like: node)))
      } else {
        _ = rewriter.copy(NodeID(index))
      }
    }
    return rewriter.finished()
  }

  private func value(of node: Node, _ known: [TensorData?]) throws -> TensorData? {
    // The cheapest question first: most nodes depend on what is not known.
    guard node.inputs.allSatisfy({ known[$0.index] != nil }),
      let count = node.type.shape.concrete.flatMap(checkedElementCount),
      count <= Self.largest, node.op.leaf == nil, !(node.op is Broadcast)
    else { return nil }
    let inputs = node.inputs.compactMap { known[$0.index] }
    guard let kernel = node.op as? any ReferenceKernel else { return nil }
    return try kernel.evaluate(inputs, node.type)
  }

  private func leaf(_ data: TensorData, like node: Node) -> Node {
    let op: any Primitive
    if let number = data.scalar, data.shape.isEmpty {
      op = Literal(number, data.dtype)
    } else {
      op = Constant(data)
    }
    return Node(
      op: op, inputs: [], type: node.type, scope: node.scope, location: node.location)
  }
}
