import ApusData
import ApusEngine
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Training with a first layer whose weights are stored transposed, and with them what the optimizer keeps.
struct FirstLayerWeightsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var rule: UpdateRule
    var testDescription: String { name }
  }

  static let cases =
    Optimizers.all.map { Case(name: $0.name, rule: UpdateRule(optimizer: $0)) } + [
      Case(name: "momentum", rule: UpdateRule(optimizer: SGD(momentum: 0.9))),
      Case(
        name: "coupled decay", rule: UpdateRule(optimizer: SGD(weightDecay: .init(0.1, .coupled)))),
      Case(
        name: "decoupled decay",
        rule: UpdateRule(optimizer: Adam(weightDecay: .init(0.1, .decoupled)))),
      Case(
        name: "clipping by value",
        rule: UpdateRule(optimizer: SGD(), clipping: [ClipByValue(0.01)])),
      Case(
        name: "clipping by norm", rule: UpdateRule(optimizer: SGD(), clipping: [ClipByNorm(0.1)])),
      Case(
        name: "clipping by the norm of all",
        rule: UpdateRule(optimizer: Adam(), clipping: [ClipByGlobalNorm(0.1)])),
      Case(
        name: "averages",
        rule: UpdateRule(optimizer: SGD(), weightAverage: WeightAverage(decay: 0.9))),
      Case(name: "accumulation", rule: UpdateRule(optimizer: Adam(), accumulation: 3)),
      Case(
        name: "all together",
        rule: UpdateRule(
          optimizer: AdamW(), clipping: [ClipByGlobalNorm(0.1)],
          weightAverage: WeightAverage(decay: 0.9), accumulation: 2)),
    ]

  /// The programs of a step for 150-20-5 with the mean square as loss.
  private func programs(_ rule: UpdateRule) throws -> (apply: Program, accumulate: Program?) {
    let graph = Graph()
    let (x, y) = (graph.input("x", [.n, 150]), graph.input("y", [.n, 5]))
    let parameters = [
      ("first.weight", [20, 150], ParameterRole.weight), ("first.bias", [20], .bias),
      ("second.weight", [5, 20], .weight), ("second.bias", [5], .bias),
    ].map { (path: $0.0, tensor: graph.parameter($0.0, Shape($0.1)), role: $0.2) }
    let hidden = relu(
      matmul(x, parameters[0].tensor, transposeB: true) + parameters[1].tensor)
    let scores = matmul(hidden, parameters[2].tensor, transposeB: true) + parameters[3].tensor
    let loss = square(scores - y).mean()
    let emitted = try rule.emit(graph: graph, loss: loss, parameters: parameters)
    func program(_ updates: [(variable: Tensor, value: Tensor)]) throws -> Program {
      DeadNodes().run(try Program(graph, outputs: [("loss", loss)], updates: updates))
    }
    return try (
      program(emitted.updates),
      emitted.accumulation.isEmpty ? nil : program(emitted.accumulation)
    )
  }

  private func layout(_ apply: Program, _ accumulate: Program?) -> VariableLayout {
    accumulate.map { VariableLayout(apply, $0) } ?? VariableLayout(apply)
  }

  @Test(arguments: cases) func nothingIsTransposedOnTheWay(_ test: Case) throws {
    let (apply, accumulate) = try programs(test.rule)
    let layout = layout(apply, accumulate)
    for slot in layout.slots { #expect(slot.isTransposed == (slot.shape == [20, 150]), "\(slot)") }
    for program in [apply, accumulate].compactMap(\.self) {
      let stored = try program.transformed(
        by: [BindSizes(["N": 8]), TransposeVariables(layout)], verifying: true)
      #expect(!stored.graph.nodes.contains { $0.op is Transpose }, "\(stored)")
      let weights = stored.variables.filter { $0.path.hasPrefix("first.weight") }
      #expect(weights.allSatisfy { $0.type.shape == [150, 20] })
    }
  }

  @Test func rowsWithALargestNormAreLeftAsTheyAre() throws {
    let (apply, _) = try programs(
      UpdateRule(optimizer: SGD(momentum: 0.9), constraint: MaxNorm(1)))
    #expect(VariableLayout(apply).slots.filter(\.isTransposed).isEmpty)
  }

  /// The product of the gradient and what becomes of it are one step, as in the other order.
  @Test(arguments: ["sgd", "adam"]) func gradientAndUpdateAreOneStep(optimizer: String) throws {
    let (program, _) = try programs(UpdateRule(optimizer: Optimizers.named(optimizer)))
    let plan = try FastEngine().plan(
      program, sizes: ["N": 32], layout: VariableLayout(program), options: PlanOptions())
    let step = try #require(
      plan.description.split(separator: "\n").first { $0.contains("first.weight = ") })
    #expect(step.contains("= xᵀ · "), "\(plan.description)")
    if optimizer == "adam" { #expect(step.contains("first.weight:second_moment = ")) }
  }

  /// Noise on 10 × 15 pixels, a third of them black.
  private func pictures(_ count: Int) throws -> Dataset {
    var random = RandomStream(seed: 3, purpose: .generate)
    let pixels = (0..<count * 150).map { _ in UInt8(max(random.uniform() * 384 - 128, 0)) }
    return try Dataset(
      name: "noise", summary: "noise", features: TensorData(pixels, shape: [count, 150]),
      imageShape: [1, 10, 15], scale: 1 / 255,
      targets: TensorData((0..<count).map { Int32($0 % 5) }),
      task: .classification(classes: ["a", "b", "c", "d", "e"]))
  }

  private func network(for data: Dataset) throws -> Network {
    let model = Sequential {
      Dense(20, activation: .tanh)
      Dense(5)
    }
    return try Network(model, for: data, seed: 1)
  }

  private func losses(
    _ rule: UpdateRule, _ data: Dataset, engine: any Engine, threads: Int = 1,
    precision: DType = .float32
  ) throws -> (losses: [Double], network: Network) {
    let network = try network(for: data)
    let step = try TrainingStep(
      network, loss: .softmaxCrossEntropy, rule: rule,
      penalties: [.l2(0.001), .l1(0.0001)], engine: engine, threads: threads, precision: precision)
    var losses: [Double] = []
    for epoch in 0..<2 {
      let batches = try data.batches(
        of: 16, shuffledBy: 4, epoch: epoch, preprocessing: network.preprocessing,
        dtype: precision)
      for batch in batches { losses.append(try step(batch).loss) }
    }
    return (losses, step.averagedNetwork)
  }

  @Test(arguments: cases) func enginesAgree(_ test: Case) throws {
    let data = try pictures(96)
    for (precision, tolerance) in [(DType.float32, 1e-3), (.float64, 1e-9)] {
      let (found, fast) = try losses(test.rule, data, engine: FastEngine(), precision: precision)
      let (expected, reference) = try losses(
        test.rule, data, engine: ReferenceEngine(), precision: precision)
      #expect(found.count == 12)
      #expect(drift(found, from: expected) < tolerance)
      for entry in fast.parameters.entries where test.rule.optimizer.isSmooth {
        let value = try #require(reference.parameters[entry.path])
        #expect(drift(entry.value.doubles(), from: value.doubles()) < tolerance, "\(entry.path)")
      }
    }
  }

  @Test(arguments: cases) func threadsChangeNoBit(_ test: Case) throws {
    let data = try pictures(96)
    let alone = try losses(test.rule, data, engine: FastEngine())
    for threads in [2, 3] {
      let other = try losses(test.rule, data, engine: FastEngine(), threads: threads)
      #expect(other.losses == alone.losses)
      #expect(other.network.parameters == alone.network.parameters)
    }
  }

  /// Stopped between two updates, saved and read, it ends in the bytes of a training that never stopped.
  @Test func aStoppedTrainingGoesOn() throws {
    let data = try pictures(96)
    func training(steps: Int? = nil) throws -> Training {
      try Training(
        network(for: data), on: data, loss: .softmaxCrossEntropy,
        rule: UpdateRule(
          optimizer: Adam(), weightAverage: WeightAverage(decay: 0.9), accumulation: 2),
        options: TrainingOptions(epochs: 4, batchSize: 16, steps: steps))
    }
    let whole = try training()
    try whole.run()
    let first = try training(steps: 9)
    try first.run()
    try inTemporaryFolder { folder in
      let path = folder + "/state.safetensors"
      try first.state.save(to: path)
      let state = try TrainingState(contentsOf: path)
      let weights = try #require(state.variables.first { $0.value.shape == [20, 150] })
      #expect(state.variables.count { $0.value.shape == weights.value.shape } == 5)
      let second = try training()
      try second.resume(state)
      try second.run()
      #expect(try modelBytes(second.network) == modelBytes(whole.network))
      #expect(second.step.averagedNetwork.parameters == whole.step.averagedNetwork.parameters)
    }
  }
}

extension Optimizer {
  /// Whether a step moves a little when a gradient does: not when only signs count.
  fileprivate var isSmooth: Bool { !(self is Lion || self is Rprop) }
}
