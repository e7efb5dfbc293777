import ApusData
import ApusEngine
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Training that meets NaN or infinity says where it began and keeps the numbers from before.
struct DivergenceTests {
  private func diverging(
    _ data: Dataset, batchSize: Int?, epochs: Int
  ) throws -> (network: Network, error: DivergenceError) {
    var network = try Network(
      Sequential {
        Dense(8, activation: .relu)
        Dense(1)
      }, for: data, seed: 1)
    do {
      try network.fit(
        data, loss: .meanSquaredError, optimizer: .sgd(learningRate: 1e12), batchSize: batchSize,
        epochs: epochs)
    } catch let error as DivergenceError { return (network, error) }
    throw TrainingError("the training did not diverge")
  }

  @Test(arguments: [nil, 10, 50]) func theFirstBadOpIsNamed(batchSize: Int?) throws {
    let data = try Generators.sine(rows: 100, seed: 1)
    let (network, error) = try diverging(data, batchSize: batchSize, epochs: 50)
    let cause = try #require(error.cause)
    #expect(!cause.value.isFinite)
    #expect(!(cause.op.isEmpty))
    // Not a parameter itself but what made it bad.
    #expect(cause.op != Parameter.name)
    #expect(error.step >= 2 && error.learningRate == 1e12)
    #expect(error.description.contains("the first value that is not finite is"))
    #expect(error.description.contains("try a learning rate of"))
    #expect(network.parameters.entries.allSatisfy { $0.value.doubles().allSatisfy(\.isFinite) })
    #expect(
      network.parameters != (try Network(network.model, inputs: network.inputs, seed: 1)).parameters
    )
  }

  @Test func theLayerIsNamed() throws {
    let data = try regressionData([([1], [1]), ([2], [2])])
    var network = try Network(
      Sequential {
        Dense(4, activation: .tanh)
        Lambda("blow_up") { exp(1000 * $0) }
        Dense(1)
      }, for: data)
    do {
      try network.fit(data, loss: .meanSquaredError, optimizer: .sgd())
      Issue.record("nothing was thrown")
    } catch let error as DivergenceError {
      #expect(error.step == 1 && error.epoch == 1)
      #expect(error.cause?.op == "exp")
      #expect(error.cause?.scope == "lambda_1")
    }
  }

  /// The bad update is the last one of all: no loss shows it.
  @Test func aBadLastUpdateIsSeen() throws {
    let data = try regressionData([([1e20], [1e20])])
    var network = try Network(Dense(1), for: data)
    let before = network.parameters
    #expect(throws: DivergenceError.self) {
      try network.fit(
        data, loss: .meanAbsoluteError, optimizer: .sgd(learningRate: 1e30), epochs: 1)
    }
    #expect(network.parameters == before)
  }
}
