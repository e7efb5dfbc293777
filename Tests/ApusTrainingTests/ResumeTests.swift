import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Synchronization
import Testing

/// Says after so many questions that it is over.
private final class Countdown: Sendable {
  private let left: Atomic<Int>

  init(from count: Int) { left = Atomic(count) }

  func isOver() -> Bool { left.subtract(1, ordering: .relaxed).newValue <= 0 }
}

/// Stopping, saving, reading and going on ends in the same bytes as never having stopped.
struct ResumeTests {
  let data: Dataset

  init() throws { data = try Datasets.named("digits").prefix(200) }

  private func training(
    steps: Int? = nil, callbacks: [any Callback] = [],
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws -> Training {
    try Training(
      dropoutNetwork(for: data, seed: 4), on: data, loss: .softmaxCrossEntropy,
      rule: UpdateRule(
        optimizer: Adam(), weightAverage: WeightAverage(decay: 0.9), accumulation: 2),
      options: TrainingOptions(
        epochs: 4, batchSize: 32, steps: steps, schedule: CosineSchedule(steps: 14),
        shouldStop: shouldStop),
      callbacks: callbacks)
  }

  @Test(arguments: [1, 10, 14, 27]) func aStoppedTrainingGoesOn(step: Int) throws {
    let whole = try training()
    try whole.run()
    let first = try training(steps: step)
    #expect(try first.run().stopReason == .stepLimit)
    try inTemporaryFolder { folder in
      let path = folder + "/state.safetensors"
      try first.state.save(to: path)
      let second = try training()
      try second.resume(TrainingState(contentsOf: path))
      #expect(second.step.count == step)
      let history = try second.run()
      #expect(try modelBytes(second.network) == modelBytes(whole.network))
      #expect(second.step.averagedNetwork.parameters == whole.step.averagedNetwork.parameters)
      #expect(history.epochs.map(\.epoch) == [1, 2, 3, 4])
      #expect(history.stopReason == nil)
      #expect(history.last?.learningRate == whole.history.last?.learningRate)
    }
  }

  @Test func aStateOfAnotherTrainingIsRefused() throws {
    let state = try training().state
    let other = try Training(
      dropoutNetwork(for: data, seed: 4), on: data, loss: .softmaxCrossEntropy,
      rule: UpdateRule(optimizer: SGD()))
    #expect(message { try other.resume(state) }?.contains("another optimizer") == true)
    let seed = try Training(
      dropoutNetwork(for: data, seed: 9), on: data, loss: .softmaxCrossEntropy,
      rule: UpdateRule(optimizer: SGD()))
    #expect(message { try seed.resume(state) }?.contains("had the seed 4") == true)
    try inTemporaryFolder { folder in
      try dropoutNetwork(for: data).save(to: folder + "/m.safetensors")
      let text = message { _ = try TrainingState(contentsOf: folder + "/m.safetensors") }
      #expect(text?.contains("it holds no training state") == true)
    }
  }

  @Test func shouldStopEndsAtASafePoint() throws {
    let stopped = try training(shouldStop: { true })
    #expect(try stopped.run().stopReason == .interrupted)
    #expect(stopped.step.count == 1 && stopped.rowsInEpoch == 32)
  }

  /// Else the state to go on from would hold the best weights beside the last slots.
  @Test func anInterruptedTrainingKeepsItsPresentWeights() throws {
    func stopped(_ callbacks: [any Callback]) throws -> Network {
      let countdown = Countdown(from: 20)
      let training = try training(
        callbacks: callbacks, shouldStop: { countdown.isOver() })
      #expect(try training.run().stopReason == .interrupted)
      return training.network
    }
    let watching = EarlyStopping(patience: 10)
    #expect(try stopped([watching]).parameters == stopped([]).parameters)
    #expect(watching.bestEpoch != nil)
  }

  @Test func cancellingTheTaskStops() async throws {
    let data = data
    let task = Task {
      var network = try dropoutNetwork(for: data)
      return try network.fit(
        data, loss: .softmaxCrossEntropy, optimizer: .adam(), epochs: 1_000_000)
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    #expect(try await task.value.stopReason == .interrupted)
  }
}
