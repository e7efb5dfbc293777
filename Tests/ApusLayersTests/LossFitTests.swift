import ApusGraph
import ApusLayers
import Testing

private func head(_ activation: Activation, _ units: Int) throws -> Head {
  let built = try LayerModel(Dense(units, activation: activation)).build(
    for: [InputSpec(shape: [4])], mode: .training)
  return Head(of: built.outputs[0])
}

@Test func headIsReadOffTheGraph() throws {
  #expect(try head(.softmax, 10) == Head(activation: "softmax", outputs: 10))
  #expect(try head(.sigmoid, 1) == Head(activation: "sigmoid", outputs: 1))
  #expect(try head(.linear, 3) == Head(activation: "linear", outputs: 3))
  let twice = Sequential {
    Dense(3, activation: .softmax)
    Activation.softmax
  }
  let built = try LayerModel(twice).build(for: [InputSpec(shape: [4])], mode: .training)
  let text = message { try CategoricalCrossEntropyLoss().check(head: Head(of: built.outputs[0])) }
  #expect(text?.contains("the network applies softmax twice") == true)
}

@Test func lossThatDoesNotFitTheHeadIsRefused() throws {
  let cases: [(any Loss, Activation, Int, TargetKind, String)] = [
    (.softmaxCrossEntropy, .softmax, 10, .classes(count: 10), "softmax would be applied twice"),
    (.sigmoidCrossEntropy, .sigmoid, 1, .classes(count: 2), "sigmoid would be applied twice"),
    (.binaryCrossEntropy, .softmax, 10, .classes(count: 10), "use categorical_cross_entropy"),
    (.categoricalCrossEntropy, .linear, 10, .classes(count: 10), "sum to 1"),
    (.meanSquaredError, .linear, 1, .classes(count: 10), "class numbers below 10"),
    (.softmaxCrossEntropy, .linear, 7, .classes(count: 10), "give the last layer 10 outputs"),
    (.softmaxCrossEntropy, .linear, 2, .real(columns: 2), "use mean_squared_error"),
    (.meanSquaredError, .linear, 3, .real(columns: 1), "a row has 1 target, the network 3 outputs"),
    (.poisson, .linear, 1, .real(columns: 1), "positive rates"),
  ]
  for (loss, activation, units, targets, expected) in cases {
    let text = message { try loss.check(head: head(activation, units), targets: targets) }
    #expect(text?.contains(expected) == true, "\(loss.name): \(text ?? "accepted")")
  }
}

@Test func lossThatFitsIsAccepted() throws {
  let cases: [(any Loss, Activation, Int, TargetKind)] = [
    (.softmaxCrossEntropy, .linear, 10, .classes(count: 10)),
    (.categoricalCrossEntropy, .softmax, 10, .classes(count: 10)),
    (.sigmoidCrossEntropy, .linear, 1, .classes(count: 2)),
    (.binaryCrossEntropy, .sigmoid, 4, .binary(columns: 4)),
    (.halfSquaredErrorPerRow, .sigmoid, 10, .classes(count: 10)),
    (.squaredErrorPerRow, .sigmoid, 1, .classes(count: 2)),
    (.meanSquaredError, .linear, 2, .real(columns: 2)),
    (.poisson, .softplus, 1, .real(columns: 1)),
  ]
  for (loss, activation, units, targets) in cases {
    #expect(throws: Never.self, "\(loss.name)") {
      try loss.check(head: head(activation, units), targets: targets)
    }
  }
}

@Test func lossNamesItsReduction() throws {
  for name in LossList.names { #expect(try LossList.named(name).name == name) }
  #expect(Set(LossList.names).count == LossList.names.count)
  let perRow: any Loss = .squaredErrorPerRow
  #expect(perRow.name == "squared_error_per_row")
  #expect(perRow.summary == "mean over rows of the sum over outputs of (p − t)²")
  #expect(SquaredError(.halfSum).name == "total_half_squared_error")
  let text = message { _ = try LossList.named("softmax-crossentropy") }
  #expect(text?.contains("Did you mean \"softmax_cross_entropy\"?") == true)
}

@Test func wrongTargetsAreAMistakeOfTheGraph() throws {
  let graph = Graph()
  let p = graph.input("p", [.n, 3])
  let t = graph.input("t", [.n, 2])
  #expect(SquaredError(.meanOverAll)(p, t).isPoison)
  #expect(
    graph.mistake?.description.contains(
      "mean_squared_error: targets must have the predictions' shape; got float32[N, 3] and "
        + "float32[N, 2]") == true)
  let other = Graph()
  let loss = SoftmaxCrossEntropyLoss()(
    other.input("p", [.n, 3]), other.input("t", [.n, 1], dtype: .int32))
  #expect(loss.isPoison)
  #expect(other.mistake?.rule.contains("class numbers [N] or one-hot rows [N, 3]") == true)
}
