import Apus
import Testing

/// Deck 003: a 2-3-1 network of sigmoids, Σ(ŷ − y)² divided by the rows, full-batch descent at rate
/// 1, weights and biases from N(0, 1).
struct XORTests {
  @Test func nearlyAllStartsReachTheSolution() throws {
    let data = try Generators.deck003()
    let normal = NormalInitializer()
    let model = Sequential {
      Dense(3, activation: .sigmoid, weightInitializer: normal, biasInitializer: normal)
      Dense(1, activation: .sigmoid, weightInitializer: normal, biasInitializer: normal)
    }
    let costs = try (0..<50 as Range<UInt64>).map { seed in
      var network = try Network(model, for: data, seed: seed)
      try network.fit(
        data, loss: .squaredErrorPerRow, optimizer: .sgd(learningRate: 1), batchSize: nil,
        epochs: 5_000)
      return try network.evaluate(data, metrics: []).loss
    }
    let solved = costs.count { $0 < 0.01 }
    print("xor: \(solved) of 50 starts")
    #expect(solved >= 45)
  }
}
