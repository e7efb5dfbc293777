package import ApusGraph

/// Makes a program read and write variables as a layout stores them: a matrix [n, k] whose slot is
/// transposed becomes a variable [k, n] of the same path.
///
/// All that meets it element by element, new values of variables first of all, is computed with exchanged
/// axes too; products read and give either order. Where that ends, as before an output, a transpose is
/// put in, so that the pass is right for every program; ``FirstLayerWeights`` sees to it that training
/// needs none. Takes concrete shapes.
package struct TransposeVariables: Pass {
  package let name = "transpose variables"
  private let layout: VariableLayout

  package init(_ layout: VariableLayout) { self.layout = layout }

  package func run(_ program: Program) throws -> Program {
    var exchange = VariableTransposition(program, layout)
    for index in program.graph.nodes.indices { try exchange.rewrite(NodeID(index)) }
    return try exchange.finished()
  }
}

private struct VariableTransposition {
  private let source: Program
  private var rewriter: Rewriter
  /// Whether the new node for an old one has its axes exchanged.
  private let isExchanged: [Bool]
  /// The transposes of new nodes, for readers that need the other order.
  private var transposes: [NodeID: NodeID] = [:]

  init(_ program: Program, _ layout: VariableLayout) {
    source = program
    rewriter = Rewriter(program)
    let variables = program.variables.filter { layout[$0.path]?.isTransposed ?? false }
    let families = MatrixFamilies([program], of: Set(variables.map(\.type.shape)))
    let exchanged = Set(variables.compactMap { families.family(of: $0.id) })
    isExchanged = program.graph.nodes.enumerated().map { index, node in
      if let variable = node.op.variable { return layout[variable.path]?.isTransposed ?? false }
      guard let family = families.family(of: NodeID(index)), exchanged.contains(family) else {
        return false
      }
      return ExchangedForm(of: node) != nil
    }
  }

  mutating func rewrite(_ id: NodeID) throws {
    let node = source.graph[id]
    if isExchanged[id.index], let form = ExchangedForm(of: node) {
      rewriter.map(id, to: try exchanged(node, form))
    } else if !node.inputs.contains(where: { isExchanged[$0.index] }) {
      _ = rewriter.copy(id)
    } else {
      rewriter.map(id, to: try reader(node))
    }
  }

  /// The program, with outputs and new values in the order in which they are expected.
  mutating func finished() throws -> Program {
    let outputs = try source.outputs.map { try value(of: $0.node, exchanged: false) }
    let values = try source.updates.map {
      try value(of: $0.value, exchanged: isExchanged[$0.variable.index])
    }
    var program = rewriter.finished()
    program.outputs = zip(program.outputs, outputs).map { .init($0.name, $1) }
    program.updates = zip(program.updates, values).map { .init($0.variable, $1) }
    return program
  }

  private mutating func exchanged(_ node: Node, _ form: ExchangedForm) throws -> NodeID {
    switch form {
    case .variable:
      let attributes = node.op.attributes.mapValues {
        if case .type(let type) = $0 { .type(type.transposed) } else { $0 }
      }
      return try rewriter.add(type(of: node.op).init(attributes: attributes), [], like: node)
    case .product(let op):
      let (a, b) = (node.inputs[0], node.inputs[1])
      return try product(b, a, transposeA: !op.transposeB, transposeB: !op.transposeA, like: node)
    case .operand:
      return try value(of: node.inputs[0], exchanged: false)
    case .elementwise:
      let inputs = try node.inputs.map { try operand($0, of: node) }
      let op: any Primitive = node.op is Broadcast ? Broadcast(node.type.transposed.shape) : node.op
      return try rewriter.add(op, inputs, like: node)
    }
  }

  /// A node in its own order that reads exchanged ones.
  private mutating func reader(_ node: Node) throws -> NodeID {
    if let op = node.op as? MatMul {
      return try product(
        node.inputs[0], node.inputs[1], transposeA: op.transposeA, transposeB: op.transposeB,
        like: node)
    }
    if case .operand? = ExchangedForm(of: node) {
      return try value(of: node.inputs[0], exchanged: true)
    }
    if MatrixFamilies.readsWhole(node.op) {
      return try rewriter.add(node.op, rewriter.newInputs(of: node), like: node)
    }
    let inputs = try node.inputs.map { try value(of: $0, exchanged: false) }
    return try rewriter.add(node.op, inputs, like: node)
  }

  /// A product of old nodes, read in whatever order they are.
  private mutating func product(
    _ a: NodeID, _ b: NodeID, transposeA: Bool, transposeB: Bool, like node: Node
  ) throws -> NodeID {
    let op = MatMul(
      transposeA: transposeA != isExchanged[a.index],
      transposeB: transposeB != isExchanged[b.index])
    let inputs = try [a, b].map { try value(of: $0, exchanged: isExchanged[$0.index]) }
    return try rewriter.add(op, inputs, like: node)
  }

  /// An operand of an elementwise node with exchanged axes. What is stretched to a matrix, one of its
  /// axes being 1 or missing, only changes its shape.
  private mutating func operand(_ id: NodeID, of node: Node) throws -> NodeID {
    let shape = source.graph[id].type.shape
    if shape == node.type.shape { return try value(of: id, exchanged: true) }
    let plain = try value(of: id, exchanged: false)
    if shape.rank == 0 { return plain }
    let target = Shape([shape[shape.rank - 1], shape.rank == 2 ? shape[0] : 1])
    return target == shape
      ? plain : try rewriter.add(Reshape(target), [plain], like: source.graph[id])
  }

  /// The new node for an old one, in the order that is asked for.
  private mutating func value(of id: NodeID, exchanged: Bool) throws -> NodeID {
    guard let new = rewriter.mapping[id.index] else {
      preconditionFailure("TransposeVariables: \(id) was used before it was rewritten")
    }
    if isExchanged[id.index] == exchanged { return new }
    if let known = transposes[new] { return known }
    let transpose = try rewriter.add(Transpose([1, 0]), [new], like: source.graph[id])
    transposes[new] = transpose
    return transpose
  }
}

extension TensorType {
  /// Of a matrix with its axes exchanged.
  fileprivate var transposed: TensorType {
    TensorType(Shape(Array(shape.dimensions.reversed())), dtype)
  }
}
