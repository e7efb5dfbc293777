import ApusEngine
import ApusGraph
import ApusLayers
import Testing

private let corners = TensorData([0, 0, 0, 1, 1, 0, 1, 1] as [Float], shape: [4, 2])

@Test func perceptronLearnsWhatALineSeparates() throws {
  for labels in [[0, 0, 0, 1], [0, 1, 1, 1]] {
    var unit = Perceptron(inputs: 2)
    let history = try unit.fit(corners, labels: labels)
    #expect(history.hasConverged)
    #expect(history.mistakes.last == 0 && history.mistakes[0] > 0)
    let rows = [[0.0, 0], [0, 1], [1, 0], [1, 1]]
    #expect(rows.map { unit.predict($0) } == labels)
    let built = try LayerModel(unit.layer).build(for: [InputSpec(shape: [2])], mode: .inference)
    let network = try Network(unit.layer, inputShape: [2])
    let values = try built.graph.evaluate(
      built.outputs,
      feeding: [
        built.inputs[0]: corners, built.variable("weight")!: network.parameters["weight"]!,
        built.variable("bias")!: network.parameters["bias"]!,
      ])
    #expect(values[0].doubles() == labels.map(Double.init))
  }
}

@Test func perceptronNeverLearnsXor() throws {
  var unit = Perceptron(inputs: 2)
  let history = try unit.fit(corners, labels: [0, 1, 1, 0], epochs: 50)
  #expect(!history.hasConverged && history.mistakes.count == 50)
}

@Test func perceptronSaysItsLineAndItsMistakes() throws {
  #expect(
    Perceptron(weights: [2, -1], bias: 0.5).boundary == "2·x1 − 1·x2 + 0.5 = 0")
  var unit = Perceptron(inputs: 3)
  #expect(
    message { try unit.fit(corners, labels: [0, 1, 1, 0]) }
      == "the data must have the shape [N, 3], found [4, 2]")
  var other = Perceptron(inputs: 2)
  #expect(message { try other.fit(corners, labels: [0, 1, 2, 0]) } != nil)
}

@Test func backpropagationCannotTrainAStepUnit() throws {
  let model = Sequential {
    Dense(3, activation: .step)
    Dense(1, activation: .sigmoid)
  }
  let built = try LayerModel(model).build(for: [InputSpec(shape: [2])], mode: .training)
  let text = message { try built.checkTrainability() }
  #expect(text?.contains("cannot train dense_1.weight, dense_1.bias: every path") == true)
  #expect(text?.contains("goes through step, whose gradient is zero almost everywhere") == true)
  let smooth = try LayerModel(Dense(1, activation: .sigmoid)).build(
    for: [InputSpec(shape: [2])], mode: .training)
  #expect(throws: Never.self) { try smooth.checkTrainability() }
}

@Test func penaltiesAddUpTheirGroup() throws {
  let weight = TensorData([1, -2, 3, -4] as [Float], shape: [2, 2])
  let model = Sequential {
    Dense(weight: weight, bias: TensorData([10, 10] as [Float]))
    Dense(weight: weight)
  }
  let network = try Network(model, inputShape: [2])
  let built = try network.build(.training)
  var feeds: [Tensor: TensorData] = [:]
  for entry in network.parameters.entries { feeds[built.variable(entry.path)!] = entry.value }
  let penalties: [(Penalty, Double)] = [
    (.l1(0.5), 10), (.l2(0.5), 30), (.l2(0.5, under: "dense_1"), 15),
    (.l1(1, on: [.bias]), 20), (.l1(1, on: [.weight, .bias], under: "dense_1"), 30),
  ]
  for (penalty, expected) in penalties {
    let value = try #require(penalty(on: built))
    #expect(abs(try built.graph.evaluate([value], feeding: feeds)[0].scalar! - expected) < 1e-5)
  }
  #expect(Penalty.l2(1, under: "dense")(on: built) == nil)
  #expect(throws: PenaltyError.self) { try Penalty.l2(-1).validate() }
}
