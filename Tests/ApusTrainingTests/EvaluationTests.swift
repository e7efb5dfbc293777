import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Scores over chunks of unequal size are the scores of the whole.
struct EvaluationTests {
  /// 600 rows: two chunks of 256 and one of 88.
  @Test(
    arguments: [
      SoftmaxCrossEntropyLoss(), SoftmaxCrossEntropyLoss(over: .sum),
      SoftmaxCrossEntropyLoss(
        over: .weightedMean, classWeights: (1...10).map { Double($0) }),
    ])
  func chunksMakeOneLoss(loss: SoftmaxCrossEntropyLoss) throws {
    let data = try Datasets.named("digits").prefix(600)
    let network = try dropoutNetwork(for: data)
    let scores = try network.evaluate(data, loss: loss)
    let whole = try data.whole(preprocessing: network.preprocessing)
    let cost = try NetworkCost(
      network, loss: loss, inputs: [whole.features], targets: whole.targets)
    let expected = try cost(cost.parameters)
    #expect(abs(scores.loss - expected) < 1e-5 * abs(expected), "\(loss.name)")
    let predicted = try network.predict(data)
    let values = predicted.doubles()
    let labels = try #require(data.classIndices)
    let right = labels.indices.count { row in
      let scores = values[row * 10..<row * 10 + 10]
      return scores.firstIndex(of: scores.max()!)! - row * 10 == Int(labels[row])
    }
    #expect(scores["accuracy"] == Double(right) / 600)
  }

  @Test func regressionIsMeasured() throws {
    let data = try Generators.plane(rows: 300, seed: 2)
    let network = try Network(Dense(1), for: data, seed: 1)
    let scores = try network.evaluate(
      data, loss: .meanSquaredError,
      metrics: [
        MeanAbsoluteError(outputs: 1), RootMeanSquaredError(outputs: 1), RSquared(outputs: 1),
      ])
    let predicted = try network.predict(data).doubles()
    let targets = data.targets.doubles()
    let errors = zip(predicted, targets).map { $0 - $1 }
    let square = errors.reduce(0) { $0 + $1 * $1 }
    let mean = targets.reduce(0, +) / 300
    let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(abs(scores.loss - square / 300) < 1e-6)
    #expect(abs(scores["mae"]! - errors.reduce(0) { $0 + abs($1) } / 300) < 1e-6)
    #expect(abs(scores["rmse"]! - (square / 300).squareRoot()) < 1e-6)
    #expect(abs(scores["r2"]! - (1 - square / variance)) < 1e-5)
  }

  @Test func trainingScoresAverageUnequalBatches() throws {
    let data = try Datasets.named("iris").prefix(70)
    var network = try Network(Dense(3), for: data)
    let before = try network.evaluate(data, loss: .softmaxCrossEntropy)
    // So small a rate changes nothing that shows, so the epoch's mean is that of the whole.
    let history = try network.fit(
      data, loss: .softmaxCrossEntropy, optimizer: .sgd(learningRate: 1e-12),
      metrics: [Accuracy(.multiclass(3))], batchSize: 32)
    #expect(abs(history.train("loss")[0] - before.loss) < 1e-6)
    #expect(history.train("accuracy")[0] == before["accuracy"])
  }
}

/// Every kind of task learns.
struct TaskTests {
  @Test func regressionInFloat64() throws {
    let data = try Generators.sine(rows: 200, noise: 0, seed: 1)
    var network = try Network(
      Sequential {
        Dense(16, activation: .tanh)
        Dense(1)
      }, for: data, seed: 0)
    try network.fit(
      data, loss: .meanSquaredError, rule: UpdateRule(optimizer: Adam(learningRate: 0.02)),
      options: TrainingOptions(epochs: 200, precision: .float64))
    #expect(network.parameters.entries.allSatisfy { $0.value.dtype == .float64 })
    let scores = try network.evaluate(data, options: TrainingOptions(precision: .float64))
    #expect(scores["r2"]! > 0.99)
  }

  @Test func severalLabelsPerRow() throws {
    let rows = 200
    var random = RandomStream(seed: 1, purpose: .generate)
    let x = (0..<rows * 2).map { _ in Float(random.uniform(-1, 1)) }
    let y = (0..<rows).flatMap { row -> [Float] in
      let (a, b) = (x[2 * row], x[2 * row + 1])
      return [a > 0 ? 1 : 0, b > 0 ? 1 : 0, a + b > 0 ? 1 : 0]
    }
    let data = try Dataset(
      name: "signs", features: TensorData(x, shape: [rows, 2]),
      targets: TensorData(y, shape: [rows, 3]), task: .multilabel(labels: ["a", "b", "sum"]))
    var network = try Network(Dense(3), for: data)
    try network.fit(
      data, loss: .sigmoidCrossEntropy, optimizer: .adam(learningRate: 0.1), epochs: 60)
    #expect(try network.evaluate(data)["accuracy"]! > 0.97)
  }

  @Test func twoClassesWithOneOutput() throws {
    let data = try Generators.gaussians(rows: 200, seed: 3)
    var network = try Network(Dense(1), for: data)
    try network.fit(
      data, loss: .sigmoidCrossEntropy, optimizer: .adam(learningRate: 0.1), epochs: 20)
    #expect(try network.evaluate(data)["accuracy"]! > 0.98)
    let step = try TrainingStep(network, loss: .sigmoidCrossEntropy, optimizer: .sgd())
    let loss = try step(data.whole()).loss
    #expect(abs(loss - (try network.evaluate(data).loss)) < 1e-5)
  }

  @Test func foldsHoldOutEveryRowOnce() throws {
    let data = try Datasets.named("iris")
    var accuracies: [Double] = []
    for (train, validation) in try data.folds(5, seed: 1) {
      var network = try Network(
        Sequential {
          Dense(8, activation: .relu)
          Dense(3)
        }, for: train)
      try network.fit(
        train, loss: .softmaxCrossEntropy, optimizer: .adam(learningRate: 0.01), epochs: 40)
      accuracies.append(try network.evaluate(validation)["accuracy"]!)
    }
    #expect(accuracies.reduce(0, +) / 5 > 0.9)
  }

  @Test func anExperimentRuns() throws {
    var experiment = Experiment()
    experiment.hidden = [16]
    experiment.epochs = 100
    experiment.validationShare = 0.2
    experiment.earlyStopping = 10
    let result = try experiment.run(on: Datasets.load("wine"))
    #expect(
      result.parts.train.count + result.parts.validation!.count + result.parts.test!.count == 178)
    #expect(result.test!["accuracy"]! > 0.85)
    #expect(result.validation!.loss < 1)
    #expect(result.samplesPerSecond > 0)
  }

  /// Images are scaled by 1/255 in training and prediction alike, said or not.
  @Test func theNaturalUnitIsTheDefault() throws {
    let pixels = (0..<80).map { UInt8($0 % 2 == 0 ? 255 : ($0 * 7) % 256) }
    let data = try Dataset(
      name: "pixels", features: TensorData(pixels, shape: [20, 4]), scale: 1 / 255,
      targets: TensorData((0..<20).map { Int32($0 % 2) }),
      task: .classification(classes: ["a", "b"]))
    var network = try Network(Dense(2), inputShape: [4])
    try network.fit(data, loss: .softmaxCrossEntropy, optimizer: .sgd(learningRate: 1e-12))
    #expect(try network.preprocessing == Preprocessing(scale: 1 / 255))
    let rows = TensorData(pixels.map { Float($0) / 255 }, shape: [20, 4])
    #expect(
      drift(try network.predict(data).doubles(), from: try network.predict(rows).doubles()) < 1e-6)
    #expect(network.notes["loss"] == "softmax_cross_entropy")
  }
}
