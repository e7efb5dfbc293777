/// Replaces softmax followed by categorical cross-entropy, and sigmoid followed by binary
/// cross-entropy, by the forms that start from the scores.
///
/// A probability rounded to 0 has an infinite logarithm and no gradient; the forms from scores
/// never meet one. The pass goes by the recorded regions, never by patterns of primitives, and runs
/// on the forward program, before gradients are taken, for every engine.
public struct StableCrossEntropy: Pass {
  public let name = "stable cross-entropy"

  public init() {}

  public func run(_ program: Program) throws -> Program {
    let found = replacements(in: program.graph)
    if found.isEmpty { return program }
    var rewriter = Rewriter(program)
    for index in program.graph.nodes.indices {
      let id = NodeID(index)
      if let replacement = found.first(where: { $0.output == id }) {
        try rewriter.replace(
          regionAt: replacement.region, by: replacement.op,
          on: [replacement.scores, replacement.targets])
      } else {
        _ = rewriter.copy(id)
      }
    }
    return DeadNodes().run(rewriter.finished())
  }

  private struct Replacement {
    let region: Int
    let output: NodeID
    let op: any Composite
    let scores: NodeID
    let targets: NodeID
  }

  private func replacements(in graph: GraphSnapshot) -> [Replacement] {
    graph.regions.indices.compactMap { index in
      let region = graph.regions[index]
      guard region.inputs.count == 2,
        let (op, scores) = stableForm(of: region, in: graph)
      else { return nil }
      return Replacement(
        region: index, output: region.output, op: op, scores: scores, targets: region.inputs[1])
    }
  }

  private func stableForm(
    of region: Region, in graph: GraphSnapshot
  ) -> (op: any Composite, scores: NodeID)? {
    let probabilities = region.inputs[0]
    if region.op is CategoricalCrossEntropy {
      let lastAxis = graph[probabilities].type.rank - 1
      let head = graph.regions.first {
        $0.output == probabilities && ($0.op as? Softmax)?.axis == lastAxis
      }
      return head.map { (SoftmaxCrossEntropy(), $0.inputs[0]) }
    }
    if region.op is BinaryCrossEntropy, graph[probabilities].op is Sigmoid {
      return (SigmoidCrossEntropy(), graph[probabilities].inputs[0])
    }
    return nil
  }
}
