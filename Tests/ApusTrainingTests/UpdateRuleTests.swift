import ApusEngine
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct UpdateRuleTests {
  /// One update of parameters with given values, where the loss is Σ gradient · parameter: new
  /// values of all variables by path, for slots that start at `states`.
  private func update(
    _ rule: UpdateRule, _ parameters: [(path: String, value: [Double], gradient: [Double])],
    shape: [Int]? = nil, states: [String: Double] = [:]
  ) throws -> [String: [Double]] {
    let graph = Graph()
    var feeds: [Tensor: TensorData] = [:]
    var declared: [(path: String, tensor: Tensor, role: ParameterRole)] = []
    var loss = graph.literal(0, dtype: .float64)
    for (path, value, gradient) in parameters {
      let shape = shape ?? [value.count]
      let tensor = graph.parameter(path, Shape(shape), dtype: .float64)
      feeds[tensor] = TensorData(value, shape: shape)
      declared.append((path, tensor, path.hasSuffix("bias") ? .bias : .weight))
      loss = loss + (tensor * graph.constant(TensorData(gradient, shape: shape))).sum()
    }
    let emitted = try rule.emit(graph: graph, loss: loss, parameters: declared)
    let program = try Program(graph, outputs: [], updates: emitted.updates)
    try program.verify()
    for input in program.inputs {
      let scalar = try #require(emitted.hostScalars.first { $0.name == input.op.label })
      feeds[graph.tensor(input.id)] = TensorData(
        scalar: scalar.value(1, rule.optimizer.learningRate))
    }
    for slot in emitted.slots {
      let shape = try #require(slot.shape.concrete)
      feeds[slot.variable] = TensorData(
        [Double](repeating: states[slot.path] ?? 0, count: shape.reduce(1, *)), shape: shape)
    }
    let values = try graph.evaluate(emitted.updates.map(\.value), feeding: feeds)
    var result: [String: [Double]] = [:]
    for (update, value) in zip(emitted.updates, values) {
      let path = try #require(update.variable.op?.variable?.path)
      result[path] = value.doubles()
    }
    return result
  }

  private let plain = SGD(learningRate: 1)

  @Test func clippingByNormTakesEachParameterAlone() throws {
    let rule = UpdateRule(optimizer: plain, clipping: [.norm(1)])
    let new = try update(rule, [("a", [0, 0], [3, 4]), ("b", [0], [0.5])])
    #expect(drift(try #require(new["a"]), from: [-0.6, -0.8]) < 1e-6)
    #expect(new["b"] == [-0.5])
  }

  @Test func clippingByGlobalNormKeepsTheDirection() throws {
    let rule = UpdateRule(optimizer: plain, clipping: [.globalNorm(1)])
    let new = try update(rule, [("a", [0], [3]), ("b", [0], [4])])
    let scale = 1 / (5 + 1e-6)
    #expect(drift([new["a"]![0], new["b"]![0]], from: [-3 * scale, -4 * scale]) < 1e-15)
  }

  @Test func aZeroGradientStaysZeroUnderClipping() throws {
    for transform in [.norm(1), .globalNorm(1), .value(1)] as [any GradientTransform] {
      let new = try update(UpdateRule(optimizer: plain, clipping: [transform]), [("a", [2], [0])])
      #expect(new["a"] == [2])
    }
  }

  @Test func maxNormShortensTheRowsOfWeightsOnly() throws {
    let rule = UpdateRule(optimizer: plain, constraint: MaxNorm(2.5))
    let values = [3.0, 4, 1, 0]
    let new = try update(
      rule, [("a", values, [0, 0, 0, 0]), ("a.bias", values, [0, 0, 0, 0])], shape: [2, 2])
    #expect(new["a"] == [1.5, 2, 1, 0])
    #expect(new["a.bias"] == values)
  }

  @Test func weightDecayIsCoupledOrDecoupled() throws {
    let coupled = SGD(learningRate: 0.5, momentum: 0.5, weightDecay: .coupled(0.1))
    var new = try update(
      UpdateRule(optimizer: coupled), [("a", [2], [1])], states: ["a:momentum": 4])
    #expect(drift(try #require(new["a:momentum"]), from: [3.2]) < 1e-15)
    let decoupled = SGD(learningRate: 0.5, momentum: 0.5, weightDecay: .decoupled(0.1))
    new = try update(
      UpdateRule(optimizer: decoupled), [("a", [2], [1])], states: ["a:momentum": 4])
    #expect(new["a:momentum"] == [3])
    #expect(drift(try #require(new["a"]), from: [2 - 0.1 - 1.5]) < 1e-15)
  }

  @Test func theFirstGroupThatSelectsDecides() throws {
    let rule = UpdateRule(
      optimizer: plain,
      groups: [
        .frozen("dense_1"), ParameterGroup("*.bias", learningRateFactor: 2),
        ParameterGroup(.role(.bias), learningRateFactor: 4),
      ])
    let new = try update(
      rule,
      [
        ("dense_1.bias", [0], [1]), ("dense_10.weight", [0], [1]), ("dense_10.bias", [0], [1]),
        ("bias", [0], [1]),
      ])
    #expect(new.keys.sorted() == ["bias", "dense_10.bias", "dense_10.weight"])
    #expect(new["dense_10.weight"] == [-1])
    #expect(new["dense_10.bias"] == [-2])
    #expect(new["bias"] == [-4])
  }

  @Test func frozenParametersHaveNoGradientNodes() throws {
    let graph = Graph()
    let (a, b) = (graph.parameter("a"), graph.parameter("b"))
    let rule = UpdateRule(
      optimizer: plain, groups: [.frozen("a")], reportsGradientNorm: true)
    let emitted = try rule.emit(
      graph: graph, loss: a * b, parameters: [("a", a, .weight), ("b", b, .weight)])
    #expect(emitted.gradients.map(\.path) == ["b"])
    let norm = try #require(emitted.gradientNorm)
    #expect(try graph.evaluate([norm], feeding: [a: -3, b: 2])[0].scalar == 3)
  }

  @Test func accumulationMakesASecondListOfUpdates() throws {
    let graph = Graph()
    let a = graph.parameter("a")
    let emitted = try UpdateRule(optimizer: plain, accumulation: 3).emit(
      graph: graph, loss: a * a, parameters: [("a", a, .weight)])
    let paths = emitted.slots.map(\.path)
    #expect(paths == ["a:accumulated"])
    let slot = emitted.slots[0].variable
    let rate = try #require(
      try graph.snapshot().nodes.indices.map { graph.tensor(NodeID($0)) }
        .first { ($0.op as? Input)?.label == UpdateRule.learningRateName })
    let feeds: [Tensor: TensorData] = [a: 1, slot: 7, rate: 0.5]
    let tensors = emitted.accumulation.map(\.value) + emitted.updates.map(\.value)
    let values = try graph.evaluate(tensors, feeding: feeds).map(\.scalar)
    #expect(values == [9, 0, -0.5])
  }

  @Test func mistakesAreThrown() {
    func text(_ rule: UpdateRule) -> String? {
      message { _ = try update(rule, [("dense_1.weight", [0], [1])]) }
    }
    let learned = [ParameterGroup("dens_1")]
    #expect(
      text(UpdateRule(optimizer: plain, groups: learned))
        == "the parameter group 'dens_1' selects nothing. Did you mean \"dense_1\"?")
    #expect(
      text(UpdateRule(optimizer: plain, groups: [.frozen("*")]))?.contains("nothing to train")
        == true)
    #expect(text(UpdateRule(optimizer: plain, clipping: [.norm(0)]))?.contains("limit") == true)
    #expect(text(UpdateRule(optimizer: plain, accumulation: 0))?.contains("batch") == true)
    #expect(
      text(UpdateRule(optimizer: plain, weightAverage: WeightAverage(decay: 1)))?.contains("decay")
        == true)
    #expect(text(UpdateRule(optimizer: plain, constraint: MaxNorm(.nan))) != nil)
    #expect(
      text(UpdateRule(optimizer: plain, groups: [ParameterGroup("*", learningRateFactor: 0)]))?
        .contains("freeze") == true)
    #expect(
      text(UpdateRule(optimizer: SGD(learningRate: 0)))
        == "sgd: learning rate must be positive, found 0.0")
  }
}

struct OptimizerNameTests {
  @Test func everyNameMakesItsOptimizer() throws {
    #expect(Set(Optimizers.names).count == Optimizers.names.count)
    for name in Optimizers.names {
      let optimizer = try Optimizers.named(name, learningRate: 0.25, weightDecay: 0.5)
      #expect(optimizer.name == name)
      #expect(optimizer.learningRate == 0.25)
      #expect(optimizer.weightDecay.rate == 0.5)
      #expect(!optimizer.formula.isEmpty)
    }
  }

  @Test func momentumGoesWhereThereIsOne() throws {
    let sgd = try #require(try Optimizers.named("sgd", momentum: 0.5) as? SGD)
    #expect(sgd.momentum == 0.5)
    let text = message { _ = try Optimizers.named("adam", momentum: 0.5) }
    #expect(text == "adam has no momentum to set; these have: sgd, nesterov, rmsprop")
  }

  @Test func mistakesAreThrown() {
    #expect(
      message { _ = try Optimizers.named("adamm") }
        == "there is no optimizer \"adamm\". Did you mean \"adam\"?")
    #expect(message { _ = try Optimizers.named("x") }?.contains("There are sgd") == true)
    #expect(message { _ = try Optimizers.named("sgd", learningRate: -1) } != nil)
    #expect(message { _ = try Optimizers.named("sgd", momentum: 1) } != nil)
    #expect(message { _ = try Optimizers.named("lion", weightDecay: .nan) } != nil)
    #expect(message { try Rprop(smallestStep: 2, largestStep: 1).validate() } != nil)
  }

  @Test func adamsCorrectionsAreThoseOfThePaper() {
    let adam = Adam()
    #expect(abs(adam.factor(0, step: 1) - 10) < 1e-14)
    #expect(abs(adam.factor(1, step: 1) - 1 / 0.001.squareRoot()) < 1e-11)
    #expect(adam.factor(0, step: 1_000_000) == 1)
  }
}
