import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// A small training that is watched, for the tests of the rules.
struct WatchedRun {
  var data: Dataset
  var model: Sequential
  var loss: any Loss = .softmaxCrossEntropy
  var optimizer: any Optimizer = Adam(learningRate: 0.01)
  var preprocessing: Preprocessing?
  var heldOut: Dataset?
  var batchSize: Int? = 32
  var epochs = 5
  var steps: Int?
  var callbacks: [any Callback] = []

  func facts() throws -> HealthFacts {
    var network = try Network(model, for: data, seed: 0)
    if let preprocessing { network.remember(data, preprocessing) }
    let monitor = HealthMonitor()
    let metrics = try Metrics.usual(for: data.task, loss, network)
    do {
      try network.fit(
        data, loss: loss, rule: UpdateRule(optimizer: optimizer), metrics: metrics,
        options: TrainingOptions(epochs: epochs, batchSize: batchSize, steps: steps),
        callbacks: callbacks + [monitor])
      monitor.finish(
        train: try network.evaluate(data, loss: loss),
        heldOut: try heldOut.map { try network.evaluate($0, loss: loss) })
    } catch let error as DivergenceError {
      monitor.finish(divergence: error)
    }
    return try #require(monitor.facts)
  }

  /// 288 digits, learned by a network that is well.
  static func healthy() throws -> WatchedRun {
    let (train, test) = try Datasets.digits().prefix(360).split(test: 0.2, seed: 1)
    return WatchedRun(
      data: train,
      model: Sequential {
        Dense(32, activation: .relu, weightInitializer: .heUniform)
        Dense(10)
      }, heldOut: test, epochs: 8)
  }

  /// A healthy network on clouds of points.
  static func clouds(_ model: Sequential, epochs: Int = 5) throws -> WatchedRun {
    WatchedRun(
      data: try Generators.blobs(3, rows: 96, noise: 0.3, seed: 1), model: model, epochs: epochs)
  }

  /// y = sin x by two layers.
  static func sine(
    learningRate: Double, epochs: Int = 5, hidden: Activation = .tanh
  ) throws -> WatchedRun {
    WatchedRun(
      data: try Generators.sine(rows: 96, seed: 1),
      model: Sequential {
        Dense(8, activation: hidden)
        Dense(1)
      }, loss: .meanSquaredError, optimizer: SGD(learningRate: learningRate), epochs: epochs)
  }
}
