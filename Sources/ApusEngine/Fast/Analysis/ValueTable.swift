import ApusGraph

/// A bound program as the planner works on it: concrete shapes, what is only a view of other
/// bytes, what is read from memory, and who reads it.
struct ValueTable {
  /// How an operand appears to an elementwise op: the value that holds the bytes, under a shape
  /// that broadcasts to the op's result.
  struct View {
    var value: Int
    var shape: [Int]
  }

  let program: Program
  let shapes: [[Int]]
  let counts: [Int]
  /// The value whose bytes a value has: itself, unless it is a reshape.
  private(set) var roots: [Int] = []
  /// What elementwise readers of a value read; looks through broadcasts.
  private(set) var views: [View] = []
  /// How the engine computes each value.
  private(set) var roles: [Role] = []
  /// Whether a value's own computation is needed at all.
  private(set) var isNeeded: [Bool] = []
  /// The operands of each needed node as its loop reads them: through broadcasts for elementwise
  /// ops, the bytes as they are for all others.
  private(set) var operands: [[View]] = []
  /// What is known of each type of op: to ask the runtime for every node would take longer than
  /// all else.
  private var abilities: [ObjectIdentifier: Ability] = [:]

  /// What the loops can do with a type of op.
  private enum Ability {
    case leaf, alias, rows, tile, none

    init(of op: any Primitive) {
      if op.leaf != nil || op is Constant || op is Literal {
        self = .leaf
      } else if let op = op as? any FastOp {
        self =
          op.alias != nil ? .alias : op.rows != nil ? .rows : op.tile != nil ? .tile : .none
      } else {
        self = .none
      }
    }
  }

  enum Role {
    /// Input, variable, constant or literal: the bytes are there.
    case leaf
    /// The bytes of another value under another shape.
    case alias
    /// Element by element.
    case tile(any TileOp)
    /// Over the last axes, by row instructions.
    case rows(any RowOp, count: Int)
    case product(MatMul)
    /// By a loop of its own.
    case kernel
  }

  init(_ program: Program) throws {
    self.program = program
    var shapes: [[Int]] = []
    var counts: [Int] = []
    for node in program.graph.nodes {
      guard let shape = node.type.shape.concrete, let count = checkedElementCount(shape) else {
        throw MemoryError(neededBytes: .max, availableBytes: nil)
      }
      shapes.append(shape)
      counts.append(count)
    }
    (self.shapes, self.counts) = (shapes, counts)
    for index in program.graph.nodes.indices { classify(index) }
    markNeeded()
  }

  func node(_ index: Int) -> Node { program.graph.nodes[index] }
  func dtype(_ index: Int) -> DType { program.graph.nodes[index].type.dtype }
  func byteCount(_ index: Int) -> Int { counts[index] * dtype(index).byteCount }

  private func makeOperands(of index: Int) -> [View] {
    let node = node(index)
    guard case .tile = roles[index] else {
      return node.inputs.map { View(value: roots[$0.index], shape: shapes[$0.index]) }
    }
    let shape = shapes[index]
    let seen = node.inputs.map { operand($0.index, in: shape) }
    if Relation.fit(seen.map(\.shape), in: shape) { return seen }
    // Broadcasts that ask for different matrices are made in memory.
    return zip(seen, node.inputs).map { view, input in
      let isFlat = Relation(of: view.shape, in: shape)?.isFlat ?? false
      return isFlat ? view : View(value: roots[input.index], shape: shapes[input.index])
    }
  }

  private func operand(_ input: Int, in shape: [Int]) -> View {
    let view = views[input]
    if Relation(of: view.shape, in: shape) != nil { return view }
    return View(value: roots[input], shape: shapes[input])
  }

  private mutating func classify(_ index: Int) {
    let node = node(index)
    let type = ObjectIdentifier(Swift.type(of: node.op))
    let ability = abilities[type] ?? Ability(of: node.op)
    abilities[type] = ability
    let role = role(of: node, at: index, ability)
    roles.append(role)
    guard let input = node.inputs.first?.index, !(node.op is Broadcast) else {
      appendBroadcastOrOwn(node, index)
      return
    }
    guard case .alias = role else {
      roots.append(index)
      views.append(View(value: index, shape: shapes[index]))
      return
    }
    roots.append(roots[input])
    let view = views[input]
    if view.shape == shapes[input] {
      views.append(View(value: view.value, shape: shapes[index]))
    } else if checkedElementCount(view.shape) == 1 {
      views.append(View(value: view.value, shape: []))
    } else if shapes[input] == shapes[index] {
      views.append(view)
    } else {
      views.append(View(value: roots[input], shape: shapes[index]))
    }
  }

  private mutating func appendBroadcastOrOwn(_ node: Node, _ index: Int) {
    if let input = node.inputs.first?.index {
      roots.append(counts[input] == counts[index] ? roots[input] : index)
      views.append(views[input])
    } else {
      roots.append(index)
      views.append(View(value: index, shape: shapes[index]))
    }
  }

  private func role(of node: Node, at index: Int, _ ability: Ability) -> Role {
    switch ability {
    case .leaf: return .leaf
    case .alias: return .alias
    case .none:
      if node.op is Broadcast {
        return counts[node.inputs[0].index] == counts[index] ? .alias : .kernel
      }
      if let op = node.op as? MatMul { return isTileable(node) ? .product(op) : .kernel }
      return .kernel
    case .rows:
      guard let op = (node.op as? any FastOp)?.rows else { return .kernel }
      let input = node.inputs[0].index
      let shape = shapes[input]
      if op.reducedAxes.allSatisfy({ shape[$0] == 1 }), op.isIdentityOnOne { return .alias }
      guard isTileable(node), let count = op.trailingCount(of: shape) else { return .kernel }
      return .rows(op, count: count)
    case .tile:
      guard let op = (node.op as? any FastOp)?.tile else { return .kernel }
      return isTileable(node) ? .tile(op) : .kernel
    }
  }

  /// bfloat16 has no registers.
  private func isTileable(_ node: Node) -> Bool {
    node.type.dtype != .bfloat16 && node.inputs.allSatisfy { dtype($0.index) != .bfloat16 }
  }

  /// Marks what outputs and updates need, reading through views, so that a broadcast that is
  /// only read element by element is never made.
  private mutating func markNeeded() {
    isNeeded = Array(repeating: false, count: shapes.count)
    operands = Array(repeating: [], count: shapes.count)
    for root in program.roots { isNeeded[roots[root.index]] = true }
    for index in shapes.indices.reversed() where isNeeded[index] {
      operands[index] = makeOperands(of: index)
      for operand in operands[index] { isNeeded[operand.value] = true }
    }
  }
}

/// An op whose result has the bytes of its operand.
protocol AliasOp: FastOp {}
extension Reshape: AliasOp {}
extension Identity: AliasOp {}
extension StopGradient: AliasOp {}
