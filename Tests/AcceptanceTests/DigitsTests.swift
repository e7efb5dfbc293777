import Apus
import Testing

struct DigitsTests {
  /// What `apus train digits` does, for ten seeds.
  @Test func theMedianOfTenSeeds() throws {
    let data = try Datasets.load("digits")
    let accuracies = try (0..<10 as Range<UInt64>).map { seed in
      var experiment = Experiment()
      experiment.seed = seed
      return try #require(try experiment.run(on: data).test?["accuracy"])
    }
    print("digits: \(accuracies)")
    #expect(accuracies.sorted()[4...5].reduce(0, +) / 2 >= 0.970)
  }

  /// Skip connections let a hundred layers of width 64 train: one into the width, 49 blocks of two,
  /// one to the classes. Each block starts as the identity, because its last weights are 0.
  @Test func aHundredLayersTrainWithSkipConnections() throws {
    let residual = Sequential {
      Dense(64, activation: .relu)
      for _ in 0..<49 {
        Residual {
          Dense(64, activation: .relu)
          Dense(64, weightInitializer: .zeros)
        }
      }
      Dense(10)
    }
    let plain = Sequential {
      for _ in 0..<99 { Dense(64, activation: .sigmoid) }
      Dense(10)
    }
    let (found, without) = try (accuracy(residual), accuracy(plain))
    print("100 layers: \(found) with skip connections, \(without) without")
    #expect(found >= 0.95)
    #expect(without < 0.3)
  }

  private func accuracy(_ model: Sequential) throws -> Double {
    let (train, test) = try Datasets.named("digits").split(test: 0.2, seed: 0)
    var network = try Network(model, for: train, seed: 0)
    try network.fit(
      train, loss: .softmaxCrossEntropy, optimizer: .adam(), batchSize: 64, epochs: 15)
    return try #require(try network.evaluate(test)["accuracy"])
  }
}
