import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// What people get wrong is answered in words that say what to do.
struct BadInputTests {
  let data: Dataset

  init() throws { data = try Datasets.named("iris") }

  private func fitMessage(
    _ layer: some Layer, inputs: Int = 4, _ loss: any Loss, on dataset: Dataset? = nil,
    optimizer: any Optimizer = Adam(), options: TrainingOptions = TrainingOptions()
  ) -> String? {
    message {
      var network = try Network(layer, inputShape: [inputs])
      try network.fit(
        dataset ?? data, loss: loss, rule: UpdateRule(optimizer: optimizer), options: options)
    }
  }

  @Test func wrongNumbersOfFeatures() {
    #expect(
      fitMessage(Dense(3), inputs: 5, .softmaxCrossEntropy)
        == "the network takes 5 features, the data set 'iris' has 4")
    let network = try? Network(Dense(3), inputShape: [5])
    #expect(
      message { _ = try network?.predict(data) }
        == "the network takes 5 features, the data set 'iris' has 4")
  }

  @Test func headsAndLossesThatDoNotFit() {
    #expect(
      fitMessage(Dense(3, activation: .softmax), .softmaxCrossEntropy)?
        .contains("softmax would be applied twice: by the head and by the loss") == true)
    #expect(
      fitMessage(Dense(2), .softmaxCrossEntropy)?
        .contains("the data has 3 classes, the network 2 outputs") == true)
    #expect(
      fitMessage(Dense(3), .categoricalCrossEntropy)?.contains("give the last layer a softmax")
        == true)
    #expect(
      fitMessage(Dense(1), .meanSquaredError)?.contains("use softmax_cross_entropy with 3 outputs")
        == true)
  }

  @Test func stepUnits() {
    let stack = Sequential {
      Dense(4, activation: .step)
      Dense(3)
    }
    let text = fitMessage(stack, .softmaxCrossEntropy)
    #expect(text?.contains("cannot train dense_1.weight, dense_1.bias") == true)
    #expect(text?.contains("perceptron's own rule") == true)
    // Random features that are not to be trained are no mistake.
    #expect(
      message {
        var network = try Network(stack, for: data)
        try network.fit(
          data, loss: .softmaxCrossEntropy,
          rule: UpdateRule(optimizer: Adam(), groups: [.frozen("dense_1")]),
          options: TrainingOptions())
      } == nil)
  }

  @Test func numbersOutOfRange() {
    func options(_ change: (inout TrainingOptions) -> Void) -> String? {
      var options = TrainingOptions()
      change(&options)
      return fitMessage(Dense(3), .softmaxCrossEntropy, options: options)
    }
    #expect(options { $0.batchSize = 0 } == "the batch size must be at least 1, found 0")
    #expect(options { $0.epochs = 0 } == "the number of epochs must be at least 1, found 0")
    #expect(options { $0.steps = -1 } == "the number of steps must be at least 1, found -1")
    #expect(options { $0.threads = 0 } == "the number of threads must be at least 1, found 0")
    for rate in [0, -1, Double.nan, .infinity] {
      #expect(
        fitMessage(Dense(3), .softmaxCrossEntropy, optimizer: SGD(learningRate: rate))?
          .contains("learning rate") == true)
    }
  }

  @Test func noRows() {
    #expect(
      fitMessage(Dense(3), .softmaxCrossEntropy, on: data.subset([]))
        == "there are no rows to train on")
  }

  @Test func missingValuesNameTheirPlace() throws {
    let holes = try regressionData(
      [([1, 2], [1]), ([3, .nan], [2]), ([5, 6], [3])], name: "holes")
    var network = try Network(Dense(1), inputShape: [2])
    network.remember(holes, .identity)
    let text = message {
      try network.fit(holes, loss: .meanSquaredError, optimizer: .sgd())
    }
    #expect(text?.contains("a value is missing") == true)
    #expect(text?.contains("row 2") == true && text?.contains("x2") == true)
    #expect(message { _ = try network.predict(holes) }?.contains("row 2") == true)
    // Made for the data, a network fills in the mean.
    var filling = try Network(Dense(1), for: holes)
    try filling.fit(holes, loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.01))
    #expect(try filling.predict(holes).doubles().allSatisfy(\.isFinite))
  }

  @Test func batchesOfYourOwn() throws {
    let network = try Network(Dense(3), inputShape: [4])
    let step = try TrainingStep(network, loss: .softmaxCrossEntropy, optimizer: .sgd())
    func batch(_ rows: Int, _ width: Int, _ labels: TensorData) -> String? {
      message {
        try step(
          Batch(features: TensorData(zeros: [rows, width], dtype: .float32), targets: labels))
      }
    }
    #expect(batch(2, 4, TensorData([0, 2] as [Int32])) == nil)
    #expect(
      batch(2, 4, TensorData([0, 3] as [Int32]))
        == "row 1 of the batch has the label 3, but the classes are 0 … 2")
    #expect(
      batch(2, 4, TensorData([-1, 0] as [Int32]))
        == "row 0 of the batch has the label -1, but the classes are 0 … 2")
    #expect(
      batch(2, 5, TensorData([0, 1] as [Int32]))?.contains("the batch's features are") == true)
    #expect(batch(2, 4, TensorData([0] as [Int32]))?.contains("the batch's targets are") == true)
    #expect(
      batch(2, 4, TensorData([0, 1] as [Float]))?.contains("the batch's targets are") == true)
    #expect(batch(0, 4, TensorData([] as [Int32])) == "the batch has no rows")
    #expect(step.count == 1)
  }

  @Test func aLossMustBeKnown() throws {
    let network = try Network(Dense(3), for: data)
    #expect(
      message { _ = try network.evaluate(data) }?.contains("say with which loss to measure") == true
    )
  }
}
