import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import CMallocCount
import Testing

/// After the first step of a size nothing is allocated: not by the engine, and not around it.
///
/// Counted are the calls of malloc by this thread.
struct AllocationTests {
  /// The allocations between the marks that a training sets while it runs.
  private final class Counter: Callback {
    var counts: [Int] = []
    init() { counts.reserveCapacity(100_000) }
    func stepDidEnd(_ training: Training) { counts.append(apus_malloc_count()) }
  }

  @Test(.enabled(if: apus_malloc_count() >= 0, "malloc cannot be counted here"))
  func aStepOnABatchAllocatesNothing() throws {
    let data = try Datasets.named("digits").prefix(320)
    let step = try TrainingStep(
      dropoutNetwork(for: data), loss: .softmaxCrossEntropy, optimizer: .adam())
    let batches = Array(try data.batches(of: 32, shuffledBy: 1))
    try step(batches[0])
    let before = apus_malloc_count()
    for batch in batches { try step(batch) }
    #expect(apus_malloc_count() - before == 0)
  }

  @Test(
    .enabled(if: apus_malloc_count() >= 0, "malloc cannot be counted here"), arguments: [1, 2])
  func stepsOfATrainingAllocateNothing(threads: Int) throws {
    let data = try Datasets.named("digits").prefix(320)
    let counter = Counter()
    let training = try Training(
      dropoutNetwork(for: data), on: data, loss: .softmaxCrossEntropy,
      rule: UpdateRule(optimizer: Adam()), metrics: [Accuracy(.multiclass(10))],
      options: TrainingOptions(
        epochs: 3, batchSize: 32, schedule: CosineSchedule(steps: 30), threads: threads),
      callbacks: [counter])
    try training.run()
    let steps = zip(counter.counts, counter.counts.dropFirst()).map { $1 - $0 }
    // Between the last step of an epoch and the first of the next the epoch is recorded.
    let inside = steps.indices.filter { $0 % 10 != 9 }.map { steps[$0] }
    #expect(inside.count == 27)
    #expect(inside.allSatisfy { $0 == 0 }, "\(steps)")
  }
}
