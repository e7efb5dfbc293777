import ApusEngine
import ApusGraph
import ApusLayers
import Testing

private func build(
  _ layer: any Layer, _ shape: [Int], mode: Mode = .training
) throws -> BuiltModel {
  try LayerModel(layer).build(for: [InputSpec(shape: shape)], mode: mode)
}

@Test func flattenAndReshapeKeepTheRows() throws {
  #expect(try build(Flatten(), [2, 3, 4]).outputs[0].shape == [.n, 24])
  #expect(try build(Reshape(2, 6), [12]).outputs[0].shape == [.n, 2, 6])
  let text = message { _ = try build(Reshape(5), [12]) }
  #expect(text?.contains("a row of shape [12] cannot become [5]") == true)
}

@Test func denseWantsRowsOfFeatures() throws {
  let stack = Sequential {
    Dense(4)
    Reshape(2, 2)
    Dense(3)
  }
  let text = message { _ = try build(stack, [5]) }
  #expect(text?.contains("dense in dense_2") == true)
  #expect(text?.contains("float32[N, 2, 2]") == true)
  #expect(text?.contains("hint: put Flatten() before it") == true)
}

@Test func dropoutKeepsTheMeanInTrainingAndNothingElseChangesInInference() throws {
  let trained = try build(Dropout(0.25), [1000])
  let key = try #require(trained.randomKey)
  func run(_ step: Int32) throws -> [Double] {
    try trained.graph.evaluate(
      trained.outputs,
      feeding: [
        trained.inputs[0]: TensorData([Float](repeating: 3, count: 4000), shape: [4, 1000]),
        key: TensorData([7, 0, 0, step]),
      ])[0].doubles()
  }
  let values = try run(0)
  #expect(values.allSatisfy { $0 == 0 || $0 == 4 })
  let kept = Double(values.filter { $0 != 0 }.count) / 4000
  #expect(abs(kept - 0.75) < 0.03)
  #expect(try run(0) == values)
  #expect(try run(1) != values)
  let inference = try build(Dropout(0.25), [1000], mode: .inference)
  #expect(inference.outputs == inference.inputs && inference.randomKey == nil)
  #expect(message { _ = try build(Dropout(1), [3]) }?.contains("below 1, got 1.0") == true)
}

@Test func noiseIsNormalAndTwoLayersDrawDifferentNumbers() throws {
  let built = try build(
    Sequential {
      GaussianNoise(standardDeviation: 2)
      GaussianNoise(standardDeviation: 2)
    }, [2000])
  let key = try #require(built.randomKey)
  let values = try built.graph.evaluate(
    built.outputs,
    feeding: [
      built.inputs[0]: TensorData(zeros: [2, 2000], dtype: .float32),
      key: TensorData([1, 0, 0, 0] as [Int32]),
    ])[0].doubles()
  let mean = values.reduce(0, +) / 4000
  let variance = values.reduce(0) { $0 + $1 * $1 } / 4000
  #expect(abs(mean) < 0.2)
  #expect(abs(variance - 8) < 0.8)
}

@Test func normalizationFitsTheData() throws {
  let data = TensorData([1, 10, 5, 2, 20, 5, 3, 30, 5] as [Float], shape: [3, 3])
  let built = try build(Normalization(fittedTo: data), [3])
  #expect(built.states.map(\.path) == ["mean", "deviation"])
  #expect(built.parameters.isEmpty)
  let states = Dictionary(uniqueKeysWithValues: built.states.map { ($0.path, $0.initial) })
  let values = try built.graph.evaluate(
    built.outputs,
    feeding: [
      built.inputs[0]: data, built.variable("mean")!: states["mean"]!,
      built.variable("deviation")!: states["deviation"]!,
    ])[0]
  let r = 1.5.squareRoot()
  expectClose(
    values, TensorData([-r, -r, 0, 0, 0, 0, r, r, 0], shape: [3, 3]), tolerance: 1e-6)
  let text = message { _ = try build(Normalization(fittedTo: data), [2]) }
  #expect(text?.contains("it was fitted to rows of shape [3], not [2]") == true)
}

@Test func residualNeedsOneShape() throws {
  let good = try build(Residual { Dense(4, activation: .relu) }, [4])
  #expect(good.outputs[0].shape == [.n, 4])
  #expect(good.parameters.map(\.path) == ["dense_1.weight", "dense_1.bias"])
  let text = message { _ = try build(Sequential { Residual { Dense(5) } }, [4]) }
  #expect(text?.contains("residual in residual_1") == true)
  #expect(text?.contains("hint: end the stack with Dense(4)") == true)
}

@Test func lambdaIsTheUsersExpression() throws {
  let built = try build(Lambda { 2 * $0 + 1 }, [2])
  let values = try built.graph.evaluate(
    built.outputs, feeding: [built.inputs[0]: TensorData([1, 2] as [Float], shape: [1, 2])])
  #expect(values[0].doubles() == [3, 5])
}

@Test func functionalModelWithTwoInputsAndTwoOutputs() throws {
  let tower = Shared("tower", Dense(4, activation: .tanh))
  let model = FunctionalModel(inputCount: 2) { inputs, scope in
    let (a, b) = (tower(inputs[0], in: scope), tower(inputs[1], in: scope))
    return [
      Dense(3)(a - b, in: scope / "kind"),
      Dense(1, activation: .sigmoid)(a * b, in: scope / "same"),
    ]
  }
  let specs = [InputSpec("left", shape: [5]), InputSpec("right", shape: [5])]
  let network = try Network(model, inputs: specs)
  #expect(
    network.parameters.paths == [
      "tower.weight", "tower.bias", "kind.weight", "kind.bias", "same.weight", "same.bias",
    ])
  let built = try network.build(.training)
  #expect(built.outputs.map(\.shape) == [[.n, 3], [.n, 1]])
  let same = TensorData([0.1, 0.2, 0.3, 0.4, 0.5] as [Float], shape: [1, 5])
  var feeds: [Tensor: TensorData] = [built.inputs[0]: same, built.inputs[1]: same]
  for entry in network.parameters.entries { feeds[built.variable(entry.path)!] = entry.value }
  #expect(try built.graph.evaluate(built.outputs, feeding: feeds)[0].doubles() == [0, 0, 0])
  let slope = built.graph.gradient(of: built.outputs[1].sum(), with: built.variable("tower.bias")!)
  #expect(try built.graph.evaluate([slope], feeding: feeds)[0].doubles().contains { $0 != 0 })
  #expect(
    message { _ = try model.build(for: [specs[0]], mode: .training) }?.contains(
      "it takes 2 inputs, got 1") == true)
}

@Test func sharingIsSaidAndNotGuessed() throws {
  let twice = FunctionalModel { inputs, scope in
    [Dense(3)(Dense(3)(inputs[0], in: scope / "a"), in: scope / "a")]
  }
  let text = message { _ = try twice.build(for: [InputSpec(shape: [3])], mode: .training) }
  #expect(text?.contains("'a.weight' is declared twice") == true)
  let two = Sequential {
    Shared("a", Dense(3))
    Shared("a", Dense(3))
  }
  #expect(message { _ = try build(two, [3]) }?.contains("two different shared layers") == true)
  let shared = Shared(
    "a",
    Sequential {
      Dense(3)
      Dropout(0.5)
    })
  let once = try build(
    Sequential {
      shared
      shared
    }, [3])
  #expect(once.parameters.map(\.path) == ["a/dense_1.weight", "a/dense_1.bias"])
  let misfit = Shared("b", Dense(4))
  #expect(
    message {
      _ = try build(
        Sequential {
          misfit
          misfit
        }, [3])
    }?.contains(
      "'b.weight' has the shape [4, 3] from its first use, not [4, 4]") == true)
}

@Test func denseStartsFromGivenNumbers() throws {
  let weight = TensorData([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
  let layer = Dense(weight: weight, bias: TensorData([7, 8] as [Float]))
  let network = try Network(layer, inputShape: [3])
  #expect(network.parameters["weight"] == weight)
  #expect(
    message { _ = try Network(layer, inputShape: [4]) }?.contains(
      "given values have the shape [2, 3], the parameter has [2, 4]") == true)
}
