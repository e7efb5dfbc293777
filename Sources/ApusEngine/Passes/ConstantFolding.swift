public import ApusGraph

/// Computes, with the reference kernels, what depends on constants alone. Scalars become literals.
///
/// Nothing grows: a result of more than `limit` elements, or of more than its operands have, stays
/// an op (so a stretched number is not stored), but what is computed from it may still fold. An op that fails,
/// such as a gather with a wrong row, stays and fails when the program runs.
public struct ConstantFolding: Pass {
  public let name = "constant folding"
  /// The most elements that a folded result may have.
  public let limit: Int

  public init(limit: Int = 4096) { self.limit = limit }

  public func run(_ program: Program) -> Program {
    var rewriter = Rewriter(program)
    var values = [TensorData?](repeating: nil, count: program.graph.nodes.count)
    for (index, node) in program.graph.nodes.enumerated() {
      let id = NodeID(index)
      values[index] = value(of: node) { values[$0.index] }
      guard let value = values[index], !node.inputs.isEmpty, isSmall(value, node, values) else {
        _ = rewriter.copy(id)
        continue
      }
      let folded = rewriter.add(
        Node(
          op: constant(value), inputs: [], type: node.type, scope: node.scope,
          location: node.location))
      rewriter.map(id, to: folded)
    }
    return rewriter.finished()
  }

  private func value(of node: Node, _ operand: (NodeID) -> TensorData?) -> TensorData? {
    guard node.op.leaf == nil, let kernel = node.op as? any ReferenceKernel,
      let shape = node.type.shape.concrete, let count = checkedElementCount(shape), count <= limit
    else { return nil }
    let inputs = node.inputs.compactMap(operand)
    guard inputs.count == node.inputs.count else { return nil }
    return try? kernel.evaluate(inputs, node.type)
  }

  private func isSmall(_ value: TensorData, _ node: Node, _ values: [TensorData?]) -> Bool {
    value.count <= node.inputs.reduce(1) { max($0, values[$1.index]?.count ?? 0) }
  }

  private func constant(_ value: TensorData) -> any Primitive {
    if value.shape.isEmpty, value.dtype.isFloatingPoint, let number = value.scalar {
      return Literal(number, value.dtype)
    }
    return Constant(value)
  }
}
