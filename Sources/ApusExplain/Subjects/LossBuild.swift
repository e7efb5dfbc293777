import ApusGraph
import ApusLayers

/// Adds a loss to a network's graph and remembers which of its nodes are what.
struct LossBuild {
  let graph: Graph
  let output: Tensor
  private(set) var result: Tensor
  private(set) var target: Tensor?
  private(set) var targetValue: TensorData?
  /// One term for each output, or for each row.
  private(set) var terms: Tensor?
  private(set) var groups: [StepGroup] = []
  /// Outputs of steps that belong to the loss.
  private(set) var lossNodes: [Tensor] = []
  /// What the terms are multiplied by when they are added up; nil where they weigh differently.
  private(set) var scale: ReductionScale?
  /// Probabilities beside the scores that the loss takes.
  private(set) var shown: [Tensor] = []

  init(graph: Graph, output: Tensor) {
    self.graph = graph
    self.output = output
    result = output
  }

  /// Class numbers as one-hot rows, so that each output has its target.
  func distribution(_ target: TensorData, for loss: any Loss) -> TensorData {
    guard loss.targets == .classes, target.shape.count == 1,
      let classes = output.shape.dimensions.last?.constant
    else { return target }
    var rows = [Double](repeating: 0, count: target.count * classes)
    for (row, number) in target.doubles().enumerated() {
      if let index = Int(exactly: number), (0..<classes).contains(index) {
        rows[row * classes + index] = 1
      }
    }
    return TensorData(rows, shape: [target.count, classes])
  }

  mutating func add(_ loss: any Loss, target value: TensorData) throws {
    let row = Array(value.shape.dropFirst())
    let target = graph.input("targets", Shape([.n] + row.map { Dimension($0) }))
    self.target = target
    targetValue = value
    let (loss, prediction) = stable(loss)
    if loss.predictions == .logits, shown.isEmpty { shown = [softmax(output)] }
    if loss.predictions == .binaryLogits { shown = [sigmoid(output)] }
    let first = graph.nodeCount
    // The loss is built twice, once in a copy for its terms alone: they are the nodes that come first.
    let copy = Graph(try graph.snapshot())
    let terms = loss.terms(copy.tensor(prediction.id), copy.tensor(target.id))
    result = loss(prediction, target)
    if let mistake = graph.mistake { throw mistake }
    let last = try graph.snapshot().nodes.indices.last ?? first
    guard !terms.isPoison, terms.id.index < last else { return }
    group(
      loss, first: first, terms: terms.id, last: last, rows: value.shape[0],
      width: row.reduce(1, *))
  }

  private mutating func group(
    _ loss: any Loss, first: Int, terms: NodeID, last: Int, rows: Int, width: Int
  ) {
    let reduction = Set((terms.index + 1...last).map { NodeID($0) })
    let ofTerms = Set((first...terms.index).map { NodeID($0) })
    // The terms of cross-entropies are composites of their own already, over the outputs or not.
    let composite = graph.tensor(terms).composites.last
    let isOverOutputs =
      composite?.op is SoftmaxCrossEntropy || composite?.op is CategoricalCrossEntropy
    scale = ReductionScale(loss.reduction, rows: rows, outputs: isOverOutputs ? 1 : width)
    lossNodes = [graph.tensor(terms), result]
    if rows * (isOverOutputs ? 1 : width) == 1, scale?.text == "1" {
      // One term needs no row of its own.
      let own = composite.map { Set($0.nodes) } ?? ofTerms
      groups = [
        StepGroup(
          name: composite?.op.name ?? loss.name, output: result.id, members: own.union(reduction),
          core: terms, region: composite)
      ]
      self.terms = result
      return
    }
    self.terms = graph.tensor(terms)
    if composite == nil {
      groups.append(StepGroup(name: type(of: loss).stem, output: terms, members: ofTerms))
    }
    groups.append(StepGroup(name: LossReductionFormula.name, output: result.id, members: reduction))
  }

  /// A softmax with cross-entropy behind it, and what the pair reads: its derivative is p − t, where the
  /// one after the other divides by a probability.
  private mutating func stable(_ loss: any Loss) -> (any Loss, Tensor) {
    guard let entropy = loss as? CategoricalCrossEntropyLoss,
      let head = output.composites.last, head.op is Softmax
    else { return (loss, output) }
    shown = [output]
    return (
      SoftmaxCrossEntropyLoss(
        over: entropy.reduction.rows, labelSmoothing: entropy.labelSmoothing,
        classWeights: entropy.classWeights), graph.tensor(head.inputs[0])
    )
  }
}

/// The factor of each term in a loss that adds its terms up.
package struct ReductionScale: Hashable, Sendable {
  /// `1`, `1/2`, `1/6`, `½`
  package let text: String
  /// The number that the sum is divided by; 1 for none.
  package let divisor: Int

  init?(_ reduction: LossReduction, rows: Int, outputs: Int) {
    let ofRows: Int
    switch reduction.rows {
    case .sum: ofRows = 1
    case .mean: ofRows = rows
    case .weightedMean: return nil
    }
    switch reduction.outputs {
    case .sum: divisor = ofRows
    case .mean: divisor = ofRows * outputs
    case .halfSum: divisor = ofRows * 2
    }
    text = divisor == 1 ? "1" : "1/\(divisor)"
  }
}
