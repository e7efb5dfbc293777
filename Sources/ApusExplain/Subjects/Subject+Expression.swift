import ApusGraph

extension Subject {
  /// An expression with its values.
  package init(_ expression: Expression) throws {
    let snapshot = try expression.graph.snapshot()
    var feeds: [NodeID: TensorData] = [:]
    for (tensor, value) in expression.values { feeds[tensor.id] = value }
    let shown = expression.parameters.joined(separator: ", ")
    self.init(
      header: ExplanationHeader(
        title: expression.text, summary: "\(expression.name) = \(expression.text)",
        notation: "as written",
        notes: expression.parameters.isEmpty
          ? [] : ["parameters: \(shown) (\(expression.choice); --parameters names others)"]),
      graph: snapshot, result: expression.result.id, feeds: feeds)
    if expression.text.contains("=") { header.summary = expression.text }
    result = computed(result)
    for (name, tensor) in expression.namedResults {
      names[computed(tensor.id)] = named(name, tensor.id)
    }
    names[result] = named(expression.name, expression.result.id)
    for (index, node) in snapshot.nodes.enumerated() {
      guard let leaf = node.op.leaf else { continue }
      names[NodeID(index)] = TensorName(leaf.label)
    }
  }
  /// What a reshape renames: a product of a matrix and a vector is a column before it is a vector.
  private func computed(_ id: NodeID) -> NodeID {
    var source = id
    while graph[source].op is Reshape, !graph[graph[source].inputs[0]].inputs.isEmpty {
      source = graph[source].inputs[0]
    }
    return source
  }

  private func named(_ name: String, _ id: NodeID) -> TensorName {
    var named = TensorName(name)
    named.shownShape = graph[id].type.shape.concrete
    named.symbolicShape = named.shownShape.map { "\($0)" }
    return named
  }
}
