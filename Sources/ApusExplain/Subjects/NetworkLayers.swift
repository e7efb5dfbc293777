package import ApusGraph

/// The fully connected layers of a network, found in its graph: what notations give names to.
package struct NetworkLayers: Sendable {
  package struct Layer: Sendable {
    /// As the model calls it: `dense_1`.
    package let path: String
    package let weight: NodeID
    package let bias: NodeID?
    package let netInput: NodeID
    /// The activation's result; the net input where there is none.
    package let activation: NodeID
    /// `σ`, `relu`, `softmax`; empty for a linear layer.
    package let function: String
    package let inputs: Int
    package let units: Int
  }

  /// The quantity that the first layer reads.
  package let input: NodeID
  /// In their order; each reads the activation of the one before.
  package let layers: [Layer]

  /// Nil where the steps are not one chain of such layers from an input.
  package init?(_ steps: [TapeStep], _ graph: GraphSnapshot) {
    var layers: [Layer] = []
    var input: NodeID?
    for (index, step) in steps.enumerated() {
      guard let product = step.members.map({ graph[$0] }).first(where: { $0.op is MatMul }),
        let op = product.op as? MatMul, op.transposeB, !op.transposeA,
        let weight = step.operands.first(where: { step.entry(of: $0) == product.inputs[1] })?
          .source,
        let source = step.operands.first(where: { step.entry(of: $0) == product.inputs[0] })?
          .source,
        graph[weight].op is Parameter, let shape = graph[weight].type.shape.concrete
      else { continue }
      if input == nil { input = source }
      if let last = layers.last, last.activation != source { return nil }
      let bias = step.operands.map(\.source).first { $0 != weight && graph[$0].op is Parameter }
      let next = steps.dropFirst(index + 1).first {
        $0.operands.contains { $0.source == step.output }
      }
      let activation = next.flatMap { Self.isActivation($0, graph) ? $0 : nil }
      layers.append(
        Layer(
          path: graph[step.output].scope, weight: weight, bias: bias, netInput: step.output,
          activation: activation?.output ?? step.output,
          function: activation.map(Self.symbol) ?? "", inputs: shape[1], units: shape[0]))
    }
    guard let input, !layers.isEmpty else { return nil }
    self.input = input
    self.layers = layers
  }

  private static func isActivation(_ step: TapeStep, _ graph: GraphSnapshot) -> Bool {
    guard step.operands.count == 1, !(step.op is ReduceSum) else { return false }
    return graph[step.output].type.shape == graph[step.operands[0].source].type.shape
      && !(step.op is Square) && !(step.op is Negate)
  }

  private static func symbol(_ step: TapeStep) -> String {
    step.name == Sigmoid.name ? "σ" : step.name
  }

  /// `2-2-2, σ/σ`; of many layers `64-12×16-10, σ/…/σ/softmax`.
  package var summary: String {
    var sizes = ["\(layers[0].inputs)"]
    var index = 0
    while index < layers.count {
      let same = layers[index...].prefix { $0.units == layers[index].units }.count
      let units = "\(layers[index].units)"
      sizes += same > 3 ? ["\(same)×\(units)"] : Array(repeating: units, count: same)
      index += same
    }
    let functions = layers.map { $0.function.isEmpty ? "linear" : $0.function }
    let shown =
      functions.count > 6 ? [functions[0], "…"] + functions.suffix(2) : functions
    return sizes.joined(separator: "-") + ", " + shown.joined(separator: "/")
  }
}
