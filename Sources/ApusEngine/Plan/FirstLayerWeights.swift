import ApusGraph

/// Decides which variables are stored transposed: the weights W [n, k] of a narrow first layer, and what an
/// optimizer keeps for them.
///
/// The product x · Wᵀ of the layer and the gradient δᵀ · x are most of what a small network computes. With
/// W' = Wᵀ in memory they are x · W' and xᵀ · δ, both with the n outputs side by side: an input
/// multiplies one stretch of W', and the update changes that very stretch. So a thread can own inputs, and
/// inputs that are 0 can be left out one by one. See `Documentation/Decisions/FirstLayerWeights.md`.
enum FirstLayerWeights {
  /// Fewer outputs would leave most of a vector empty, where sums along the inputs fill it; more no longer stay
  /// in registers for a row of x, and large products pack their operands whatever the order.
  private static let outputs = 12...64
  /// Fewer inputs are too little work to share or to skip.
  private static let fewestInputs = 128

  /// The paths of variables to be stored transposed, in order.
  ///
  /// A family of matrices (``MatrixFamilies``) is transposed when it holds the weights of a product with an
  /// input, and can be computed with exchanged axes in each program without transposing a number.
  static func transposedPaths(in programs: [Program], _ slots: [VariableLayout.Slot]) -> [String] {
    let shapes = Set(slots.filter(isCandidate).map { Shape($0.shape) })
    if shapes.isEmpty { return [] }
    let families = MatrixFamilies(programs, of: shapes)
    var (multiplied, refused): (Set<Int>, Set<Int>) = ([], [])
    var members: [String: Int] = [:]
    for (number, program) in programs.enumerated() {
      func family(_ id: NodeID) -> Int? { families.family(of: id, inProgram: number) }
      let isNeeded = program.graph.ancestors(of: program.roots)
      refused.formUnion(program.outputs.compactMap { family($0.node) })
      var products: Set<Int> = []
      for (index, node) in program.graph.nodes.enumerated() {
        if let own = family(NodeID(index)) {
          if ExchangedForm(of: node) == nil { refused.insert(own) }
          if let variable = node.op.variable { members[variable.path] = own }
        }
        for input in node.inputs where isNeeded[index] {
          guard let read = family(input) else { continue }
          if isProductWithInput(node, in: program), input == node.inputs[1] {
            if !products.insert(read).inserted { refused.insert(read) }
          } else if !isInOrder(node, reading: read, family(NodeID(index))) {
            refused.insert(read)
          }
        }
      }
      multiplied.formUnion(products)
    }
    return slots.map(\.path).filter { path in
      members[path].map { multiplied.contains($0) && !refused.contains($0) } ?? false
    }
  }

  private static func isCandidate(_ slot: VariableLayout.Slot) -> Bool {
    (slot.dtype == .float32 || slot.dtype == .float64) && slot.shape.count == 2
      && outputs.contains(slot.shape[0]) && slot.shape[1] >= fewestInputs
  }

  /// Whether a node is x · Wᵀ, with rows of an input of the program for x.
  private static func isProductWithInput(_ node: Node, in program: Program) -> Bool {
    guard let product = node.op as? MatMul, !product.transposeA, product.transposeB,
      program.graph[node.inputs[1]].op.variable != nil, node.type.rank == 2
    else { return false }
    var rows = program.graph[node.inputs[0]]
    while rows.op is Reshape || rows.op is Identity || rows.op is StopGradient {
      rows = program.graph[rows.inputs[0]]
    }
    return rows.op is Input
  }

  /// Whether a node reads a matrix number by number into its own family, or all of it into one number.
  private static func isInOrder(_ node: Node, reading family: Int, _ own: Int?) -> Bool {
    MatrixFamilies.readsWhole(node.op)
      || own == family && MatrixFamilies.isElementwise(node.op)
  }
}
