import ApusGraph
import ApusLayers
import Testing

/// Deck 003·21: 784-30-30-10 with activations as layers of their own.
@Test func summaryOfDeck003() throws {
  let model = Sequential {
    Dense(30)
    Activation.relu
    Dense(30)
    Activation.relu
    Dense(10)
    Activation.softmax
  }
  let summary = try Network(model, inputShape: [784]).summary()
  #expect(
    summary.rows.map(\.name) == [
      "dense_1", "activation_1", "dense_2", "activation_2", "dense_3", "activation_3",
    ])
  #expect(summary.rows.map(\.parameters) == [23_550, 0, 930, 0, 310, 0])
  #expect(summary.rows.map(\.formula) == ["784·30+30", "", "30·30+30", "", "30·10+10", ""])
  #expect(summary.parameters == 24_790 && summary.states == 0)
  #expect(summary.rows[0].operationsPerRow == 2 * 784 * 30 + 30)
  #expect(summary.rows[0].kind == "dense")
  let text = summary.description
  #expect(text.contains("dense_1       [N, 30]           23,550  784·30+30"))
  #expect(text.contains("Total params: 24,790\nTrainable params: 24,790\nNon-trainable params: 0"))
}

/// Deck 003·11: 9 weights and 4 biases.
@Test func networkOfDeck003HasThirteenParameters() throws {
  let model = Sequential {
    Dense(3, activation: .sigmoid)
    Dense(1, activation: .sigmoid)
  }
  let network = try Network(model, inputShape: [2])
  #expect(try network.summary().parameters == 13)
  #expect(network.parameters.count == 13)
  let roles = try network.build(.training).parameters.map { ($0.role, $0.shape.reduce(1, *)) }
  #expect(roles.filter { $0.0 == .weight }.reduce(0) { $0 + $1.1 } == 9)
  #expect(roles.filter { $0.0 == .bias }.reduce(0) { $0 + $1.1 } == 4)
}

/// Deck 001·07–09: 784-17-10 on 60,000 images.
@Test func shapesOfDeck001() throws {
  let model = Sequential {
    Dense(17, activation: .sigmoid)
    Dense(10, activation: .sigmoid)
  }
  let network = try Network(model, inputShape: [784])
  #expect(network.parameters.entries.map(\.value.shape) == [[17, 784], [17], [10, 17], [10]])
  let summary = try network.summary()
  #expect(summary.rows.map(\.parameters) == [13_328 + 17, 170 + 10])
  #expect(summary.parameters == 13_525)
  #expect(
    summary.rows.map { $0.outputShape.bound(to: ["N": 60_000]) } == [[60_000, 17], [60_000, 10]])
}

@Test func summaryTellsStatesAndNestedLayers() throws {
  let data = TensorData([1, 2, 3, 4] as [Float], shape: [2, 2])
  let model = Sequential {
    Normalization(fittedTo: data)
    Residual { Dense(2, activation: .prelu()) }
    Flatten()
  }
  let summary = try Network(model, inputShape: [2]).summary()
  #expect(
    summary.rows.map(\.name) == [
      "normalization_1", "residual_1/dense_1", "residual_1", "flatten_1",
    ])
  #expect(summary.rows[1].formula == "2·2+2+2")
  #expect(summary.states == 4 && summary.parameters == 8)
  #expect(summary.description.contains("Non-trainable params: 4"))
}
