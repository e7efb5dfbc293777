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
    for (name, tensor) in expression.namedResults { names[tensor.id] = TensorName(name) }
    if names[result] == nil { names[result] = TensorName(expression.name) }
    for (index, node) in snapshot.nodes.enumerated() {
      guard let leaf = node.op as? any Leaf else { continue }
      names[NodeID(index)] = TensorName(leaf.label)
    }
  }
}
