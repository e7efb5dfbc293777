import Apus
import ApusEngine
import Testing

/// Training with large products in bfloat16, emulated so that it runs on any processor.
@Suite(.enabled(if: mnistFolder != nil, "MNIST is not there; set APUS_MNIST to its folder"))
struct BFloat16Tests {
  private static let engine = FastEngine(contractions: nil, bfloat16: EmulatedBFloat16())

  private static func training(
    on dataset: Dataset, _ products: ProductPrecision, threads: Int = Machine.availableThreads,
    steps: Int
  ) throws -> Training {
    let model = Sequential {
      Dense(512, activation: .relu)
      Dense(512, activation: .relu)
      Dense(10)
    }
    let training = try Training(
      try Network(model, for: dataset, seed: 0), on: dataset, loss: .softmaxCrossEntropy,
      rule: UpdateRule(optimizer: Adam()),
      options: TrainingOptions(
        epochs: .max, batchSize: 128, steps: steps, schedule: CosineSchedule(steps: steps),
        engine: engine, threads: threads, products: products))
    try training.run()
    return training
  }

  /// Within 0.2 points of Float32 after three epochs. The rate falls to zero, as two trainings at a
  /// constant rate differ by as much with equal products in another order.
  @Test func accuracyIsThatOfFloat32() throws {
    let data = try ImageFolder.load(try #require(mnistFolder), name: "mnist")
    let test = try #require(data.test)
    func accuracy(_ products: ProductPrecision) throws -> Double {
      let training = try Self.training(on: data.dataset, products, steps: 3 * 469)
      #expect(training.step.bfloat16Products == (products == .bfloat16 ? 5 : 0))
      let scores = try training.network.evaluate(test, metrics: [Accuracy(.multiclass(10))])
      return try #require(scores["accuracy"])
    }
    let (exact, rounded) = (try accuracy(.float32), try accuracy(.bfloat16))
    print("MNIST, 784-512-512-10, 3 epochs: float32 \(exact), bfloat16 \(rounded)")
    #expect(exact > 0.97)
    #expect(abs(exact - rounded) <= 0.002)
  }

  @Test func threadsDoNotChangeBits() throws {
    let data = try ImageFolder.load(try #require(mnistFolder), name: "mnist")
    let parameters = try [1, 2].map {
      try Self.training(on: data.dataset, .bfloat16, threads: $0, steps: 30).network.parameters
    }
    #expect(parameters[0].entries.map(\.value) == parameters[1].entries.map(\.value))
    let exact = try Self.training(on: data.dataset, .float32, steps: 30).network.parameters
    #expect(parameters[0].entries.map(\.value) != exact.entries.map(\.value))
  }
}
