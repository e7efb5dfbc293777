import ApusGraph

/// Which matrices of programs should lie in one order of their axes: those that meet element by element
/// or as a variable and its new value, across programs under one path.
///
/// The families of a disjoint-set forest (Galler and Fischer, 1964), over the nodes of the given shapes alone.
struct MatrixFamilies {
  /// Where the nodes of each program begin in `roots`.
  private let starts: [Int]
  /// The first member of each node's family; nil for nodes of other shapes and for dead ones.
  private let roots: [Int?]

  init(_ programs: [Program], of shapes: Set<Shape>) {
    var forest = Forest()
    var starts: [Int] = []
    var variables: [String: Int] = [:]
    for program in programs {
      let start = forest.parents.count
      starts.append(start)
      let isNeeded = program.graph.ancestors(
        of: program.roots + program.updates.map(\.variable))
      for (index, node) in program.graph.nodes.enumerated() {
        let isMember = isNeeded[index] && node.type.rank == 2 && shapes.contains(node.type.shape)
        forest.parents.append(isMember ? start + index : nil)
        guard isMember else { continue }
        if let variable = node.op.variable {
          forest.join(variables[variable.path] ?? start + index, start + index)
          variables[variable.path] = variables[variable.path] ?? start + index
        } else if Self.isElementwise(node.op) {
          for input in node.inputs
          where program.graph[input].type.shape == node.type.shape {
            forest.join(start + input.index, start + index)
          }
        }
      }
      for update in program.updates {
        forest.join(start + update.variable.index, start + update.value.index)
      }
    }
    self.starts = starts
    roots = forest.flattened()
  }

  /// The family of a node; nil when it has another shape or nobody needs it.
  func family(of node: NodeID, inProgram program: Int = 0) -> Int? {
    roots[starts[program] + node.index]
  }
}

/// How a matrix comes to be with its axes exchanged.
enum ExchangedForm {
  /// As a variable that is stored so.
  case variable
  /// The same op on operands with their axes exchanged.
  case elementwise
  /// (A · B)ᵀ = Bᵀ · Aᵀ, which a product reads as they are.
  case product(MatMul)
  /// It is a transpose: its operand.
  case operand

  /// nil where it has to be computed as it is and then transposed.
  init?(of node: Node) {
    if node.op.variable != nil {
      self = .variable
    } else if let product = node.op as? MatMul {
      self = .product(product)
    } else if (node.op as? Transpose)?.permutation == [1, 0] {
      self = .operand
    } else if MatrixFamilies.isElementwise(node.op) {
      self = .elementwise
    } else {
      return nil
    }
  }
}

extension MatrixFamilies {
  /// Whether each number of a result follows from the operands' numbers at its own place.
  static func isElementwise(_ op: any Primitive) -> Bool {
    op is Broadcast || op is Identity || op is StopGradient
      || (op as? any FastOp)?.tile != nil
  }

  /// Whether an op's result does not depend on the order of a matrix's axes, but for the order of a sum.
  static func readsWhole(_ op: any Primitive) -> Bool {
    (op as? any SplittableReduction)?.axes == [0, 1]
  }
}

/// Families that grow together.
private struct Forest {
  /// An earlier member of the same family, or the node itself; nil for nodes that are in none.
  var parents: [Int?] = []

  mutating func join(_ a: Int, _ b: Int) {
    guard let a = root(of: a), let b = root(of: b) else { return }
    parents[max(a, b)] = min(a, b)
  }

  private mutating func root(of member: Int) -> Int? {
    guard var node = parents[member].map({ _ in member }) else { return nil }
    while let parent = parents[node], parent != node {
      parents[node] = parents[parent]
      node = parent
    }
    return node
  }

  /// Every member's first one: parents come before their children.
  func flattened() -> [Int?] {
    var roots = parents
    for index in roots.indices { roots[index] = roots[index].flatMap { roots[$0] } }
    return roots
  }
}
