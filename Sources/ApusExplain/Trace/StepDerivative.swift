import ApusEngine
package import ApusGraph

/// One step alone, as a graph of its own: its operands are leaves, so that the ops' derivative rules
/// give the step's local derivatives and nothing else's.
package struct StepDerivative: Sendable {
  private let graph = Graph()
  private let leaves: [Tensor]
  private let output: Tensor
  private let upstream: Tensor
  private let slopes: [Int: Tensor]
  private let feeds: [Tensor: TensorData]

  /// Nil for a step whose output is not a real number.
  package init?(_ step: TapeStep, in trace: Trace) {
    guard trace.graph[step.output].type.dtype.isFloatingPoint else { return nil }
    var handles: [NodeID: Tensor] = [:]
    var leaves: [Tensor] = []
    var feeds: [Tensor: TensorData] = [:]
    // The same node may stand at several places of a primitive: each place is an operand.
    var places: [Tensor] = []
    for (index, operand) in step.operands.enumerated() {
      let node = trace.graph[operand.source]
      var tensor = graph.input("operand \(index)", node.type.shape, dtype: node.type.dtype)
      leaves.append(tensor)
      feeds[tensor] = trace.value(operand.source)
      for view in operand.views { tensor = graph.apply(trace.graph[view].op, on: [tensor]) }
      places.append(tensor)
      handles[step.entry(of: operand)] = tensor
    }
    for member in step.members {
      let node = trace.graph[member]
      let inputs =
        step.members.count == 1 ? places : node.inputs.compactMap { handles[$0] }
      guard inputs.count == node.inputs.count else { return nil }
      handles[member] = graph.apply(node.op, on: inputs)
    }
    guard let output = handles[step.output], graph.mistake == nil else { return nil }
    self.leaves = leaves
    self.output = output
    upstream = graph.input("upstream", output.shape, dtype: output.dtype)
    let real = leaves.indices.filter { leaves[$0].dtype.isFloatingPoint }
    let found = graph.gradients(of: output, with: real.map { leaves[$0] }, upstream: upstream)
    slopes = Dictionary(uniqueKeysWithValues: zip(real, found))
    self.feeds = feeds
  }

  /// upstream · ∂output/∂operand for every operand of real numbers, by its place.
  package func contributions(of upstream: TensorData) throws -> [Int: TensorData] {
    var feeds = feeds
    feeds[self.upstream] = upstream
    let order = slopes.keys.sorted()
    let values = try graph.evaluate(order.compactMap { slopes[$0] }, feeding: feeds)
    return Dictionary(uniqueKeysWithValues: zip(order, values))
  }

  /// The local Jacobian: for each element of the output, ∂output[j]/∂operand for every operand.
  package func jacobian() throws -> [[Int: [Double]]] {
    let shape = output.shape.concrete ?? []
    let count = checkedElementCount(shape) ?? 0
    return try (0..<count).map { element in
      var unit = [Double](repeating: 0, count: count)
      unit[element] = 1
      let data = TensorData(doubles: unit, shape: shape, dtype: output.dtype)
      return try contributions(of: data).mapValues { $0.doubles() }
    }
  }
}
