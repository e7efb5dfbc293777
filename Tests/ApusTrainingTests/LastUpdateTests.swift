import ApusData
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct LastUpdateTests {
  private func record(
    rows: [([Float], [Float])], batchSize: Int?, epochs: Int, steps: Int? = nil
  ) throws -> (update: ParameterUpdate?, network: Network) {
    let data = try regressionData(rows)
    let model = Sequential { Dense(weight: TensorData([3, 4] as [Float], shape: [1, 2])) }
    var network = try Network(model, for: data)
    var update: ParameterUpdate?
    try inTemporaryFolder { folder in
      let path = folder + "/update.safetensors"
      try network.fit(
        data, loss: .squaredErrorPerRow, rule: UpdateRule(optimizer: SGD(learningRate: 0.1)),
        options: TrainingOptions(
          epochs: epochs, batchSize: batchSize, steps: steps, shuffles: false),
        callbacks: [LastUpdate(writingTo: path)])
      if File.kind(path) == .file { update = try ParameterUpdate(contentsOf: path) }
    }
    return (update, network)
  }

  @Test func theOnlyStep() throws {
    let (update, network) = try record(
      rows: [([1, 0], [1]), ([0, 2], [1])], batchSize: nil, epochs: 1)
    let found = try #require(update)
    #expect(found.step == 1 && found.epoch == 1)
    let path = try #require(network.parameters.paths.first)
    // The gradient is ((3 − 1)·1, (8 − 1)·2), the step a tenth of it downwards.
    let change = try #require(found.changes[path]?.doubles())
    #expect(zip(change, [-0.2, -1.4]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func theLastStepOfSeveral() throws {
    // One row in a step; after the first, w = (3 − 0.4, 4), so the second takes 2·(8 − 1)·2/10.
    for (steps, epochs) in [(nil, 1), (2, 9)] as [(Int?, Int)] {
      let (update, network) = try record(
        rows: [([1, 0], [1]), ([0, 2], [1])], batchSize: 1, epochs: epochs, steps: steps)
      let found = try #require(update)
      #expect(found.step == 2)
      let path = try #require(network.parameters.paths.first)
      let change = try #require(found.changes[path]?.doubles())
      #expect(zip(change, [0, -2.8]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(change)")
    }
  }

  @Test func aFileOfAnotherKindIsRefused() throws {
    try inTemporaryFolder { folder in
      var network = try Network(Dense(1), inputShape: [2])
      network.notes["loss"] = "squared_error_per_row"
      try network.save(to: folder + "/model.safetensors")
      let error = #expect(throws: ModelFileError.self) {
        try ParameterUpdate(contentsOf: folder + "/model.safetensors")
      }
      #expect(error?.description.contains("holds no update of a training step") == true)
    }
  }
}
