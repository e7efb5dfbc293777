/// Algebra that keeps every bit, NaN and the sign of zero included. For planning: markers that only
/// derivatives see (``StopGradient``) go.
///
/// Removed: identities, x · 1, x / 1, x − 0 (but not x + 0, which turns −0 into 0; x + −0 goes), x to
/// the power 1, double negation, reshapes, broadcasts, casts, slices, pads, concatenations and clips
/// that change nothing. Joined: reshape of reshape, broadcast of broadcast, transpose of transpose.
/// Folded: a transpose of the last two axes into a matrix product, an explicit broadcast into an op that
/// broadcasts by itself, the number of elements of known sizes into a number.
public struct Simplify: Pass {
  public let name = "simplify"

  public init() {}

  public func run(_ program: Program) throws -> Program {
    var rewriter = Rewriter(program)
    for (index, node) in program.graph.nodes.enumerated() {
      let id = NodeID(index)
      if node.inputs.isEmpty {
        _ = rewriter.copy(id, node)
        continue
      }
      let inputs = rewriter.newInputs(of: node)
      if let (op, inputs) = rewriter.replacement(for: node, inputs) {
        let new =
          try rewriter.operandEqual(to: op, inputs, node.type)
          ?? rewriter.add(op, inputs, like: node)
        rewriter.map(id, to: new)
      } else if let equal = rewriter.operandEqual(to: node.op, inputs, node.type) {
        rewriter.map(id, to: equal)
      } else {
        // All that was replaced kept its type, so this node keeps its own.
        _ = rewriter.copy(id, node)
      }
    }
    return rewriter.finished()
  }
}

extension Rewriter {
  /// The operand that an op's result equals bit for bit.
  fileprivate func operandEqual(
    to op: any Primitive, _ inputs: [NodeID], _ result: TensorType
  ) -> NodeID? {
    let candidate: NodeID? =
      switch op {
      case is Identity, is StopGradient: inputs[0]
      case is Multiply:
        isLiteral(inputs[1], 1) ? inputs[0] : isLiteral(inputs[0], 1) ? inputs[1] : nil
      case is Divide, is Power: isLiteral(inputs[1], 1) ? inputs[0] : nil
      case is Subtract: isLiteral(inputs[1], 0.0) ? inputs[0] : nil
      case is Add:
        isLiteral(inputs[1], -0.0) ? inputs[0] : isLiteral(inputs[0], -0.0) ? inputs[1] : nil
      case is Negate: nodes[inputs[0].index].op is Negate ? nodes[inputs[0].index].inputs[0] : nil
      case is Reshape, is Broadcast, is Cast, is Slice: inputs[0]
      case let transpose as Transpose:
        transpose.permutation == Array(transpose.permutation.indices) ? inputs[0] : nil
      case let pad as Pad:
        (pad.low + pad.high + pad.interior).allSatisfy { $0 == 0 } ? inputs[0] : nil
      case is Concatenate: inputs.count == 1 ? inputs[0] : nil
      case let clip as Clip: clip.low == -.infinity && clip.high == .infinity ? inputs[0] : nil
      default: nil
      }
    // An op of the operand's own type changes nothing; a slice must keep all in order, which only
    // an equal shape does.
    return candidate.flatMap { type($0) == result ? $0 : nil }
  }

  /// An op on other operands that gives the node's result.
  fileprivate func replacement(
    for node: Node, _ inputs: [NodeID]
  ) -> (any Primitive, [NodeID])? {
    switch node.op {
    case let reshape as Reshape: skipping(Reshape.self, inputs[0]).map { (reshape, [$0]) }
    case let broadcast as Broadcast: skipping(Broadcast.self, inputs[0]).map { (broadcast, [$0]) }
    case let outer as Transpose: joined(outer, inputs[0])
    case let product as MatMul: withoutTransposes(product, inputs)
    case let count as ElementCount: literal(count, type(inputs[0])).map { ($0, []) }
    default:
      inputs.contains { nodes[$0.index].op is Broadcast } && node.op is any Broadcasting
        ? withoutBroadcasts(node, inputs).map { (node.op, $0) } : nil
    }
  }

  private func isLiteral(_ id: NodeID, _ value: Double) -> Bool {
    (nodes[id.index].op as? Literal)?.value.bitPattern == value.bitPattern
  }

  /// The operand of a node when that is of the given kind.
  private func skipping<P: Primitive>(_ kind: P.Type, _ id: NodeID) -> NodeID? {
    nodes[id.index].op is P ? nodes[id.index].inputs[0] : nil
  }

  private func joined(_ outer: Transpose, _ id: NodeID) -> (any Primitive, [NodeID])? {
    guard let inner = nodes[id.index].op as? Transpose else { return nil }
    let permutation = outer.permutation.map { inner.permutation[$0] }
    return (Transpose(permutation), nodes[id.index].inputs)
  }

  private func withoutTransposes(
    _ product: MatMul, _ inputs: [NodeID]
  ) -> (any Primitive, [NodeID])? {
    let (a, b) = (untransposed(inputs[0]), untransposed(inputs[1]))
    guard a != nil || b != nil else { return nil }
    let op = MatMul(
      transposeA: product.transposeA != (a != nil), transposeB: product.transposeB != (b != nil))
    return (op, [a ?? inputs[0], b ?? inputs[1]])
  }

  /// The operand of a transpose that exchanges just the last two axes.
  private func untransposed(_ id: NodeID) -> NodeID? {
    guard let transpose = nodes[id.index].op as? Transpose else { return nil }
    var order = Array(transpose.permutation.indices)
    guard order.count >= 2 else { return nil }
    order.swapAt(order.count - 1, order.count - 2)
    return transpose.permutation == order ? nodes[id.index].inputs[0] : nil
  }

  private func withoutBroadcasts(_ node: Node, _ inputs: [NodeID]) -> [NodeID]? {
    var shorter = inputs
    for position in inputs.indices {
      guard let operand = skipping(Broadcast.self, inputs[position]) else { continue }
      var attempt = shorter
      attempt[position] = operand
      if (try? node.op.resultType(of: attempt.map(type))) == node.type { shorter = attempt }
    }
    return shorter == inputs ? nil : shorter
  }

  private func literal(_ count: ElementCount, _ type: TensorType) -> Literal? {
    let sizes = Shape(count.axes.map { type.shape[$0] }).concrete
    return sizes.flatMap(checkedElementCount).map { Literal(Double($0), type.dtype) }
  }
}
