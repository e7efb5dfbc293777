import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import Testing

/// One case of `losses.safetensors`: LOSS/REDUCTION/VARIANT and its attributes.
private struct Case {
  let name: String
  let parts: [String]
  let attributes: JSON
  let file: Safetensors

  func tensor(_ suffix: String) -> TensorData? { file["\(name)/\(suffix)"] }

  var reduction: LossReduction? {
    switch parts[1] {
    case "sum": .sum
    case "meanOfRowSums": .meanOfRowSums
    case "meanOverAll": .meanOverAll
    case "halfSum": .halfSum
    case "halfMeanOfRowSums": .halfMeanOfRowSums
    case "weightedMeanOfRowSums": .weightedMeanOfRowSums
    default: nil
    }
  }

  var loss: (any Loss)? {
    guard let reduction else { return nil }
    let smoothing = attributes["labelSmoothing"]?.doubleValue ?? 0
    let weights = tensor("classWeights")?.doubles()
    switch parts[0] {
    case "squaredError": return SquaredError(reduction)
    case "absoluteError": return AbsoluteError(reduction)
    case "huber": return Huber(delta: attributes["delta"]?.doubleValue ?? 1, reduction)
    case "hinge": return Hinge(reduction)
    case "poisson": return PoissonLoss(reduction)
    case "poissonFromLogRate": return PoissonLoss(reduction, fromLogRate: true)
    case "klDivergence": return KLDivergence(reduction)
    case "binaryCrossEntropy":
      return BinaryCrossEntropyLoss(reduction, labelSmoothing: smoothing)
    case "binaryCrossEntropyFromLogits":
      return SigmoidCrossEntropyLoss(
        reduction, labelSmoothing: smoothing,
        positiveWeight: attributes["positiveWeight"]?.doubleValue ?? 1)
    case "categoricalCrossEntropy":
      return CategoricalCrossEntropyLoss(
        over: reduction.rows, labelSmoothing: smoothing, classWeights: weights)
    case "softmaxCrossEntropy":
      return SoftmaxCrossEntropyLoss(
        over: reduction.rows, labelSmoothing: smoothing, classWeights: weights)
    default: return nil
    }
  }
}

private func allCases() throws -> [Case] {
  let file = try fixture("layers/losses.safetensors")
  return try file.metadata.filter { $0.key.contains("/") }.map { entry in
    Case(
      name: entry.key, parts: entry.key.split(separator: "/").map(String.init),
      attributes: try JSON(parsing: entry.value), file: file)
  }
}

@Test func lossesGiveValuesAndGradientsOfTheReference() throws {
  let cases = try allCases()
  #expect(cases.count > 100)
  for example in cases {
    let loss = try #require(example.loss, "\(example.name)")
    let predictions = try #require(example.tensor("prediction"))
    let targets = try #require(example.tensor("target") ?? example.tensor("labels"))
    let graph = Graph()
    let p = graph.input("p", Shape(predictions.shape), dtype: .float64)
    let t = graph.constant(targets)
    let weights = example.tensor("sampleWeights").map { graph.constant($0) }
    let value = loss(p, t, weights: weights)
    let rows = loss.perRow(p, t, weights: weights)
    let slope = graph.gradient(of: value, with: p)
    let total = rows.divisors.map { rows.values.sum() / $0.sum() } ?? rows.values.sum()
    let found = try graph.evaluate([value, slope, total], feeding: [p: predictions])
    expectClose(found[0], try #require(example.tensor("value")), "\(example.name) value")
    expectClose(found[1], try #require(example.tensor("gradient")), "\(example.name) gradient")
    expectClose(found[2], found[0], "\(example.name) per row")
  }
}

@Test func stableFormReplacesSoftmaxAndCrossEntropy() throws {
  let logits = TensorData([1000.0, -1000, 0, 2, 1, 3], shape: [2, 3])
  let labels = TensorData([1, 2] as [Int32])
  let graph = Graph()
  let z = graph.input("z", [.n, 3], dtype: .float64)
  let t = graph.input("t", [.n], dtype: .int32)
  let p = softmax(z)
  let loss = CategoricalCrossEntropyLoss()(p, t)
  let naive = try graph.evaluate(
    [loss, graph.gradient(of: loss, with: z)], feeding: [z: logits, t: labels])
  #expect(naive[0].scalar == .infinity)
  #expect(naive[1].doubles().contains { $0.isNaN })

  let program = try Program(
    graph, outputs: [("p", p), ("loss", loss)])
  let stable = try program.transformed(by: [StableCrossEntropy()], verifying: true)
  #expect(stable.graph.regions.contains { $0.op is SoftmaxCrossEntropy })
  #expect(!stable.graph.regions.contains { $0.op is CategoricalCrossEntropy })
  let again = Graph(stable.graph)
  let (newZ, newT) = (again.tensor(stable.inputs[0].id), again.tensor(stable.inputs[1].id))
  let newLoss = again.tensor(stable.outputs[1].node)
  let newP = again.tensor(stable.outputs[0].node)
  let oneHotRows = oneHot(newT, depth: 3, dtype: .float64)
  let found = try again.evaluate(
    [newLoss, again.gradient(of: newLoss, with: newZ), (newP - oneHotRows) / 2],
    feeding: [newZ: logits, newT: labels])
  expectClose(found[0], TensorData(scalar: (2000 + 0.40760596444438) / 2))
  expectClose(found[1], found[2])
}

@Test func stableFormReplacesSigmoidAndCrossEntropy() throws {
  let graph = Graph()
  let z = graph.input("z", [.n, 1], dtype: .float64)
  let t = graph.input("t", [.n], dtype: .uint8)
  let loss = BinaryCrossEntropyLoss()(sigmoid(z), t)
  let program = try Program(graph, outputs: [("loss", loss)])
  let stable = try program.transformed(by: [StableCrossEntropy()], verifying: true)
  let again = Graph(stable.graph)
  let (newZ, newT) = (again.tensor(stable.inputs[0].id), again.tensor(stable.inputs[1].id))
  let newLoss = again.tensor(stable.outputs[0].node)
  let found = try again.evaluate(
    [newLoss, again.gradient(of: newLoss, with: newZ)],
    feeding: [
      newZ: TensorData([1000.0, -3], shape: [2, 1]), newT: TensorData([0, 0] as [UInt8]),
    ])
  expectClose(found[0], TensorData(scalar: (1000 + 0.04858735157374206) / 2))
  expectClose(found[1], TensorData([0.5, 0.04742587317756678 / 2], shape: [2, 1]))
}

@Test func stableFormLeavesOtherProgramsAlone() throws {
  let graph = Graph()
  let p = graph.input("p", [.n, 3])
  let t = graph.input("t", [.n], dtype: .int32)
  let loss = CategoricalCrossEntropyLoss()(softmax(p, axis: 0), t)
  let program = try Program(graph, outputs: [("loss", loss)])
  #expect(try StableCrossEntropy().run(program) == program)
}
