import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import CMallocCount
import Testing

/// Watching a training changes nothing of it.
struct HealthMonitorTests {
  private func trained(_ callbacks: [any Callback], threads: Int = 1) throws -> [UInt8] {
    let data = try Datasets.digits().prefix(200)
    var network = try dropoutNetwork(for: data, seed: 3)
    try network.fit(
      data, loss: .softmaxCrossEntropy, rule: UpdateRule(optimizer: Adam()),
      options: TrainingOptions(epochs: 3, threads: threads), callbacks: callbacks)
    return try modelBytes(network)
  }

  @Test func theBytesOfTheModelStay() throws {
    let unwatched = try trained([])
    #expect(try trained([HealthMonitor()]) == unwatched)
    #expect(try trained([HealthMonitor()], threads: 3) == unwatched)
  }

  private final class Counter: Callback {
    var counts: [Int] = []
    init() { counts.reserveCapacity(10_000) }
    func stepDidEnd(_ training: Training) { counts.append(apus_malloc_count()) }
  }

  /// What a look needs is taken between epochs and in the first step after one.
  @Test(.enabled(if: apus_malloc_count() >= 0, "malloc cannot be counted here"))
  func watchedStepsAllocateNothing() throws {
    let data = try Datasets.digits().prefix(320)
    let counter = Counter()
    let training = try Training(
      dropoutNetwork(for: data), on: data, loss: .softmaxCrossEntropy,
      rule: UpdateRule(optimizer: Adam()), options: TrainingOptions(epochs: 3, batchSize: 32),
      callbacks: [HealthMonitor(), counter])
    try training.run()
    let steps = zip(counter.counts, counter.counts.dropFirst()).map { $1 - $0 }
    let inside = steps.indices.filter { $0 % 10 != 9 }.map { steps[$0] }
    #expect(inside.count == 27)
    #expect(inside.allSatisfy { $0 == 0 }, "\(steps)")
  }

  @Test func whatIsSeenIsTheNetworkOfThatTime() throws {
    let data = try regressionData([([1, 0], [1]), ([0, 2], [1])])
    let model = Sequential { Dense(weight: TensorData([3, 4] as [Float], shape: [1, 2])) }
    var network = try Network(model, for: data)
    let monitor = HealthMonitor()
    try network.fit(
      data, loss: .squaredErrorPerRow, optimizer: .sgd(learningRate: 0.1), batchSize: nil,
      epochs: 1, callbacks: [monitor])
    let facts = try #require(monitor.facts)
    let (first, last) = (facts.observations[0], facts.observations[1])
    // ((3 − 1)² + (8 − 1)²) / 2; ∂/∂w = ((3 − 1)·1, (8 − 1)·2).
    #expect(first.loss == 26.5 && first.step == 0 && last.step == 1)
    #expect(abs(first.parameters[0].gradient - (200.0 / 2).squareRoot()) < 1e-5)
    #expect(abs(first.parameters[0].size - (25.0 / 2).squareRoot()) < 1e-6)
    // One step of 0.1 changes by (0.2, 1.4).
    let ratio = try #require(first.parameters[0].updateRatio)
    #expect(abs(ratio - 2.0.squareRoot() / 5) < 1e-6)
    #expect(last.loss < first.loss && facts.training?.highestEarlyLoss == 26.5)
    #expect(facts.inputs.largest.name == "x2" && facts.inputs.largest.value == 2)
    #expect(facts.targets.lossOfConstant == 0)
  }

  @Test func aModelByItselfIsLookedAt() throws {
    let data = try Datasets.iris()
    let network = try Network(
      Sequential {
        Dense(4, activation: .sigmoid)
        Dense(3)
      }, for: data)
    let facts = try HealthFacts(of: network, loss: .softmaxCrossEntropy, on: data)
    let activation = try #require(facts.observations.first?.activations.first)
    #expect(activation.layer == "dense_1" && activation.function == "sigmoid")
    #expect(activation.units == 4 && !activation.isHead && facts.targets.classes == 3)
    #expect(abs((facts.targets.lossOfConstant ?? 0) - 1.0986) < 1e-3)
  }
}
