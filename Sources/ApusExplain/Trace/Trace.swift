import ApusEngine
package import ApusGraph

/// A graph with numbers: the value of every node, and the result when one of them were another.
///
/// Shapes are concrete and the numbers Float64, by the reference kernels.
package struct Trace: Sendable {
  package let graph: GraphSnapshot
  package let result: NodeID
  package private(set) var values: [TensorData?]
  /// Which nodes the result needs.
  private let needed: [Bool]

  /// - Parameters:
  ///   - shown: further nodes whose values are wanted.
  ///   - feeds: a value for every leaf that they need.
  package init(
    _ program: Program, result: NodeID, shown: [NodeID] = [], feeds: [NodeID: TensorData]
  ) throws {
    graph = program.graph
    self.result = result
    needed = graph.ancestors(of: [result])
    values = try ReferenceEngine.values(
      of: Program(
        graph: program.graph,
        outputs: [.init("result", result)] + shown.map { .init("\($0)", $0) })
    ) { id in
      let name = program.graph[id].op.leaf?.label ?? "\(id)"
      guard let value = feeds[id] else { throw FeedError.missing(name: name) }
      let expected = program.graph[id].type
      guard Shape(value.shape) == expected.shape else {
        throw FeedError.shape(name: name, expected: expected.shape, found: value.shape)
      }
      return value.converted(to: expected.dtype)
    }
  }

  package func value(_ id: NodeID) -> TensorData? { values[id.index] }

  /// The numbers of a node, as Double; empty for a node that the result does not need.
  package func numbers(_ id: NodeID) -> [Double] { values[id.index]?.doubles() ?? [] }

  /// The result when a node had another value: only what follows from it is computed anew.
  package func result(with id: NodeID, as value: TensorData) throws -> TensorData? {
    try result(with: [id: value])
  }

  package func result(with changes: [NodeID: TensorData]) throws -> TensorData? {
    try value(of: result, with: changes)
  }

  /// Any number on the way to the result when others had other values.
  package func value(
    of target: NodeID, with changes: [NodeID: TensorData]
  ) throws -> TensorData? {
    var changed: [NodeID: TensorData] = changes
    let first = changes.keys.min()?.index ?? graph.nodes.count
    for index in first..<max(first, target.index + 1)
    where needed[index] && changes[NodeID(index)] == nil {
      let node = graph.nodes[index]
      // The first pass has found a kernel for every node with inputs.
      guard node.inputs.contains(where: { changed[$0] != nil }),
        let kernel = node.op as? any ReferenceKernel
      else { continue }
      let inputs = node.inputs.compactMap { changed[$0] ?? values[$0.index] }
      changed[NodeID(index)] = try kernel.evaluate(inputs, node.type)
    }
    return changed[target] ?? values[target.index]
  }

  /// The same graph with the numbers of some nodes rounded before they are used, and those numbers
  /// before they were rounded.
  package func recomputed(
    rounding nodes: Set<NodeID>, by round: (Double) -> Double
  ) throws -> (trace: Trace, before: [NodeID: [Double]]) {
    var trace = self
    var before: [NodeID: [Double]] = [:]
    for (index, node) in graph.nodes.enumerated() where values[index] != nil {
      guard !node.inputs.isEmpty, let kernel = node.op as? any ReferenceKernel else { continue }
      let inputs = node.inputs.compactMap { trace.values[$0.index] }
      guard inputs.count == node.inputs.count else { continue }
      var value = try kernel.evaluate(inputs, node.type)
      if nodes.contains(NodeID(index)) {
        let numbers = value.doubles()
        before[NodeID(index)] = numbers
        value = TensorData(doubles: numbers.map(round), shape: value.shape, dtype: value.dtype)
      }
      trace.values[index] = value
    }
    return (trace, before)
  }

  /// Gradients of the result, one number, with respect to nodes, by the graph's own derivative rules.
  package func gradients(with targets: [NodeID]) throws -> [NodeID: TensorData] {
    let type = graph[result].type
    let count = type.shape.concrete.flatMap(checkedElementCount) ?? 1
    return try gradients(
      of: result,
      upstream: TensorData(
        [Double](repeating: 1, count: count), shape: type.shape.concrete ?? []),
      with: targets)
  }

  /// Σ upstream · ∂node/∂target for any node on the way to the result.
  ///
  /// - Parameter upstream: as many numbers as the node has.
  package func gradients(
    of node: NodeID, upstream: TensorData, with targets: [NodeID]
  ) throws -> [NodeID: TensorData] {
    let graph = Graph(self.graph)
    let output = graph.tensor(node)
    let start = graph.input("upstream", output.shape, dtype: output.dtype)
    let slopes = graph.gradients(of: output, with: targets.map(graph.tensor), upstream: start)
    let program = try Program(graph, outputs: slopes.enumerated().map { ("\($0)", $1) })
    let found = try ReferenceEngine.values(of: program) { id in
      if id == start.id { return upstream.converted(to: output.dtype) }
      guard let value = self.values[id.index] else {
        throw FeedError.missing(name: self.graph[id].op.leaf?.label ?? "\(id)")
      }
      return value
    }
    var gradients: [NodeID: TensorData] = [:]
    for (target, slope) in zip(targets, slopes) { gradients[target] = found[slope.id.index] }
    return gradients
  }
}
