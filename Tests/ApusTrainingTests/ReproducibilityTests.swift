import ApusData
import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Everything random hangs off the seed, and nothing hangs off the number of threads.
struct ReproducibilityTests {
  let data: Dataset

  init() throws { data = try Datasets.named("digits").prefix(300) }

  private func trained(
    seed: UInt64 = 5, threads: Int = 1, engine: any Engine = FastEngine(),
    optimizer: any Optimizer = Adam()
  ) throws -> Network {
    var network = try dropoutNetwork(for: data, seed: seed)
    try network.fit(
      data, loss: .softmaxCrossEntropy, optimizer: optimizer, metrics: [], batchSize: 32,
      epochs: 2, engine: engine, threads: threads)
    return network
  }

  @Test func equalRunsGiveEqualBytes() throws {
    #expect(try modelBytes(trained()) == modelBytes(trained()))
    #expect(try modelBytes(trained()) != modelBytes(trained(seed: 6)))
  }

  @Test(arguments: [2, 3, 8]) func threadsChangeNoBit(threads: Int) throws {
    #expect(try modelBytes(trained()) == modelBytes(trained(threads: threads)))
  }

  @Test func enginesAgree() throws {
    let sgd = SGD(learningRate: 0.05)
    let (fast, reference) = try (
      trained(optimizer: sgd), trained(engine: ReferenceEngine(), optimizer: sgd)
    )
    for entry in fast.parameters.entries {
      let expected = try #require(reference.parameters[entry.path]).doubles()
      #expect(drift(entry.value.doubles(), from: expected) < 1e-4, "\(entry.path)")
    }
  }

  @Test func evaluatingChangesNothing() throws {
    var watched = try dropoutNetwork(for: data, seed: 5)
    try watched.fit(
      data, validation: data, loss: .softmaxCrossEntropy, optimizer: .adam(),
      metrics: [Accuracy(.multiclass(10))], batchSize: 32, epochs: 2)
    #expect(try modelBytes(watched) == modelBytes(trained()))
  }

  @Test func epochsShuffleAnew() throws {
    let orders = (1...3).map { data.order(shuffledBy: 5, epoch: $0) }
    #expect(Set(orders).count == 3)
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<300) })
  }
}
