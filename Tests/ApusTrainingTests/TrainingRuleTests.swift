import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// What stands between the gradient and the update, seen from a whole training.
struct TrainingRuleTests {
  let data: Dataset

  init() throws { data = try Datasets.named("iris") }

  private func network(seed: UInt64 = 3) throws -> Network {
    try Network(
      Sequential {
        Dense(8, activation: .tanh)
        Dense(3)
      }, for: data, seed: seed)
  }

  private func training(
    _ rule: UpdateRule, batchSize: Int?, epochs: Int = 3, shuffles: Bool = false
  ) throws -> Training {
    let training = try Training(
      network(), on: data, loss: .softmaxCrossEntropy, rule: rule,
      options: TrainingOptions(epochs: epochs, batchSize: batchSize, shuffles: shuffles))
    try training.run()
    return training
  }

  private func drift(_ a: Network, from b: Network) throws -> Double {
    try a.parameters.entries.map {
      ApusTrainingTests.drift(
        $0.value.doubles(), from: try #require(b.parameters[$0.path]).doubles())
    }.max() ?? .infinity
  }

  @Test func accumulationEqualsOneBigBatch() throws {
    let small = try training(
      UpdateRule(optimizer: Adam(learningRate: 0.01), accumulation: 5), batchSize: 30)
    let big = try training(UpdateRule(optimizer: Adam(learningRate: 0.01)), batchSize: nil)
    #expect(small.step.count == 15 && small.step.updateCount == 3 && big.step.updateCount == 3)
    #expect(try drift(small.network, from: big.network) < 1e-5)
  }

  @Test func frozenGroupsStay() throws {
    let start = try network()
    let trained = try training(
      UpdateRule(optimizer: Adam(), groups: [.frozen("dense_1")]), batchSize: 32
    ).network
    for path in ["dense_1.weight", "dense_1.bias"] {
      #expect(trained.parameters[path] == start.parameters[path])
    }
    #expect(trained.parameters["dense_2.weight"] != start.parameters["dense_2.weight"])
    #expect(
      message {
        _ = try training(UpdateRule(optimizer: Adam(), groups: [.frozen("dense_9")]), batchSize: 8)
      }?.contains("selects nothing") == true)
  }

  @Test func clippingBoundsTheStep() throws {
    let start = try network()
    let trained = try training(
      UpdateRule(optimizer: SGD(learningRate: 1), clipping: [.globalNorm(0.01)]), batchSize: nil,
      epochs: 1
    ).network
    var square = 0.0
    for entry in start.parameters.entries {
      let new = try #require(trained.parameters[entry.path]).doubles()
      for (a, b) in zip(entry.value.doubles(), new) { square += (a - b) * (a - b) }
    }
    #expect(abs(square.squareRoot() - 0.01) < 1e-5)
  }

  @Test func theAverageFollowsTheWeights() throws {
    let decay = 0.5
    let rule = UpdateRule(
      optimizer: SGD(learningRate: 0.1), weightAverage: WeightAverage(decay: decay))
    let step = try TrainingStep(network(), loss: .softmaxCrossEntropy, rule: rule)
    let path = "dense_1.weight"
    var expected = try #require(step.network.parameters[path]).doubles()
    for batch in try data.batches(of: 50) {
      try step(batch)
      let present = try #require(step.network.parameters[path]).doubles()
      expected = zip(expected, present).map { decay * $0 + (1 - decay) * $1 }
    }
    let average = try #require(step.averagedNetwork.parameters[path]).doubles()
    #expect(ApusTrainingTests.drift(average, from: expected) < 1e-6)
    #expect(step.averagedNetwork.parameters != step.network.parameters)
  }

  @Test func weightsOfRowsCount() throws {
    let rule = UpdateRule(optimizer: SGD(learningRate: 0.1))
    let whole = try data.prefix(40).whole()
    let first = try data.prefix(20).whole()
    // Weight 2 for the first twenty of forty rows and 0 for the rest: the mean over the first.
    let weights = TensorData((0..<40).map { Float($0 < 20 ? 2 : 0) })
    let weighted = try TrainingStep(
      network(), loss: .softmaxCrossEntropy, rule: rule, isWeighted: true)
    let plain = try TrainingStep(network(), loss: .softmaxCrossEntropy, rule: rule)
    let losses = try [
      weighted(Batch(features: whole.features, targets: whole.targets, weights: weights)).loss,
      plain(first).loss,
    ]
    #expect(abs(losses[0] - losses[1]) < 1e-6)
    #expect(try drift(weighted.network, from: plain.network) < 1e-6)
    #expect(abs(try weighted(whole).loss - plain(whole).loss) < 1e-6)
    #expect(
      message {
        _ = try plain(Batch(features: whole.features, targets: whole.targets, weights: weights))
      }?.contains("isWeighted: true") == true)
  }

  @Test func penaltiesShrinkTheWeights() throws {
    func norm(_ penalties: [Penalty]) throws -> Double {
      var network = try network()
      try network.fit(
        data, loss: .softmaxCrossEntropy, rule: UpdateRule(optimizer: Adam(learningRate: 0.01)),
        penalties: penalties, options: TrainingOptions(epochs: 30))
      return try #require(network.parameters["dense_1.weight"]).doubles().reduce(0) {
        $0 + $1 * $1
      }
    }
    #expect(try norm([.l2(0.1)]) < 0.5 * norm([]))
  }

  @Test func stepsOfOneDataSetMayHaveAnySize() throws {
    let network = try network()
    let step = try TrainingStep(
      network, loss: .softmaxCrossEntropy, optimizer: .adam(learningRate: 0.01))
    for size in [1, 150, 7, 32, 3, 1, 64] {
      for batch in try data.batches(
        of: size, shuffledBy: 1, preprocessing: network.preprocessing)
      {
        #expect(try step(batch).loss.isFinite)
      }
    }
    #expect(try step.network.evaluate(data, loss: .softmaxCrossEntropy)["accuracy"]! > 0.8)
  }
}
