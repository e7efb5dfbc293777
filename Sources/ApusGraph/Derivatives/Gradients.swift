extension Graph {
  /// The gradients of a scalar with respect to tensors, as new nodes of this graph (reverse mode:
  /// Linnainmaa 1970; Rumelhart, Hinton and Williams 1986).
  ///
  /// Each has its target's shape; a target that the output does not depend on gets zeros. Because
  /// the gradients are nodes, they can be differentiated again. For an output that is not a scalar
  /// give `upstream`, of the output's shape: the result is then the vector-Jacobian product.
  ///
  /// ```swift
  /// let slopes = graph.gradients(of: loss, with: [w, b])
  /// ```
  public func gradients(
    of output: Tensor, with targets: [Tensor], upstream: Tensor? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) -> [Tensor] {
    BuildSite.at(file, line) {
      guard isDifferentiable(output, targets, upstream) else { return targets.map { _ in poison } }
      var driver = ReverseDriver(graph: self, output: output, targets: targets)
      return driver.run(from: upstream ?? output.filled(with: 1))
    }
  }

  /// The gradient with respect to one tensor; see `gradients`.
  public func gradient(
    of output: Tensor, with target: Tensor, upstream: Tensor? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    gradients(of: output, with: [target], upstream: upstream, file: file, line: line)[0]
  }

  /// The Jacobian-vector product: how `output` moves when `input` moves along `tangent`.
  ///
  /// By differentiating twice: uᵀJ is linear in u, and its derivative with respect to u along the
  /// tangent is J·tangent (Townsend 2017, "A new trick for calculating Jacobian vector products").
  public func jacobianVectorProduct(
    of output: Tensor, with input: Tensor, along tangent: Tensor, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    BuildSite.at(file, line) {
      let u = output.filled(with: 1).applying(Identity())
      let product = gradient(of: output, with: input, upstream: u)
      return gradient(of: product, with: u, upstream: tangent)
    }
  }

  private func isDifferentiable(_ output: Tensor, _ targets: [Tensor], _ upstream: Tensor?) -> Bool
  {
    let all = [output] + targets + (upstream.map { [$0] } ?? [])
    if all.contains(where: { $0.isPoison }) { return false }
    var violation: RuleViolation?
    if all.contains(where: { $0.graph !== self }) {
      violation = RuleViolation("output and targets must belong to this graph")
    } else if !output.dtype.isFloatingPoint {
      violation = RuleViolation("the output must be a floating-point number")
    } else if let upstream, upstream.type != output.type {
      violation = RuleViolation("upstream must have the output's type \(output.type)")
    } else if upstream == nil, output.shape != [] {
      violation = RuleViolation(
        "the output must be a scalar",
        hint: "sum or average it first, or give `upstream` for a vector-Jacobian product")
    }
    guard let violation else { return true }
    record(
      GraphError(
        op: "gradients", violation: violation, inputs: [output.type],
        expression: output.expression))
    return false
  }
}

/// Walks the graph backwards once. Alone accumulates, skips paths that reach no target and undoes
/// broadcasting; the ops' rules know nothing of the three.
private struct ReverseDriver {
  let graph: Graph
  let output: Tensor
  let targets: [Tensor]
  let nodes: [Node]
  /// Whether a node depends on a target.
  let leadsToTarget: [Bool]
  /// What has arrived at each node so far, in order of arrival.
  var contributions: [[Tensor]]

  init(graph: Graph, output: Tensor, targets: [Tensor]) {
    self.graph = graph
    self.output = output
    self.targets = targets
    let snapshot = (try? graph.snapshot()) ?? GraphSnapshot()
    nodes = snapshot.nodes
    leadsToTarget = snapshot.descendants(of: targets.map(\.id))
    contributions = Array(repeating: [], count: nodes.count)
  }

  mutating func run(from upstream: Tensor) -> [Tensor] {
    guard !nodes.isEmpty else { return targets.map { _ in graph.poison } }
    var results: [NodeID: Tensor] = [:]
    let wanted = Set(targets.map(\.id))
    contributions[output.id.index] = [upstream]
    for index in stride(from: output.id.index, through: 0, by: -1)
    where leadsToTarget[index] && !contributions[index].isEmpty {
      let arrived = sum(of: contributions[index], at: nodes[index])
      contributions[index] = []
      if wanted.contains(NodeID(index)) { results[NodeID(index)] = arrived }
      propagate(arrived, through: NodeID(index))
    }
    return targets.map { results[$0.id] ?? $0.filled(with: 0) }
  }

  private func sum(of terms: [Tensor], at node: Node) -> Tensor {
    BuildSite.inScope(node.scope) {
      terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }
  }

  private mutating func propagate(_ upstream: Tensor, through id: NodeID) {
    let node = nodes[id.index]
    let site = DerivativeSite(
      inputs: node.inputs.map(graph.tensor), output: graph.tensor(id), upstream: upstream)
    for (position, input) in node.inputs.enumerated()
    where leadsToTarget[input.index] && nodes[input.index].type.dtype.isFloatingPoint {
      let contribution = BuildSite.inScope(node.scope) {
        node.op.derivative(withRespectTo: position, at: site)
          .map { undoBroadcast(of: $0, to: nodes[input.index].type.shape) }
      }
      if let contribution { contributions[input.index].append(contribution) }
    }
  }

  /// Sums the axes along which an operand of `shape` was stretched.
  private func undoBroadcast(of gradient: Tensor, to shape: Shape) -> Tensor {
    if gradient.shape == shape { return gradient }
    let added = gradient.rank - shape.rank
    let stretched = gradient.shape.dimensions.indices.filter { axis in
      axis < added || (shape[axis - added] == 1 && gradient.shape[axis] != 1)
    }
    return gradient.sum(stretched).reshaped(to: shape)
  }
}
