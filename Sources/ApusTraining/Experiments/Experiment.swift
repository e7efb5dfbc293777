public import ApusData
public import ApusEngine
public import ApusGraph
public import ApusLayers

/// A whole piece of work as a value: which parts of the data, which network, how to train, what to
/// measure. `apus train` is a command line around it.
///
/// ```swift
/// var experiment = Experiment()
/// experiment.hidden = [64, 32]
/// let result = try experiment.run(on: try Datasets.load("digits"))
/// print(result.test?["accuracy"] ?? 0)
/// ```
public struct Experiment: Sendable {
  /// How features are put on one scale.
  public enum Standardization: String, Sendable, CaseIterable {
    /// Tables are standardised, images and generated points are scaled by their natural unit.
    case auto, on, off
  }

  /// Units of the hidden layers; empty for a single layer.
  public var hidden = [128, 64]
  public var activation: Activation = .relu
  /// Of the last layer; linear by default, with a loss that takes scores.
  public var outputActivation: Activation = .linear
  /// Share of each hidden layer's outputs that is dropped in training.
  public var dropout = 0.0
  public var initializer: any Initializer = .glorotUniform
  /// In place of the layers above.
  public var model: Sequential?

  /// Nil for the usual one of the task and the output activation.
  public var loss: (any Loss)?
  public var optimizer: any Optimizer = Adam()
  public var schedule: ScheduleSpec?
  public var penalties: [Penalty] = []
  /// Gradients are scaled down to this global norm; nil for no limit.
  public var clipNorm: Double?
  public var batchSize: Int? = 32
  public var epochs = 40
  public var steps: Int?
  public var shuffles = true
  /// Epochs without improvement before training ends; nil to go to the end.
  public var earlyStopping: Int?

  public var validationShare = 0.0
  /// Of data that bring no test rows of their own.
  public var testShare = 0.2
  public var standardization = Standardization.auto
  public var seed: UInt64 = 0

  public var engine: any Engine = DefaultEngine.engine
  public var threads = 1
  /// Of all numbers: float32 or float64.
  public var precision = DType.float32
  /// What large products of a training step are multiplied in.
  public var products = ProductPrecision.float32
  /// Weights to start from: safetensors with this network's paths.
  public var initialWeights: String?

  public init() {}
}

/// The rows of an experiment, each in exactly one part.
public struct ExperimentParts: Sendable {
  public let train: Dataset
  public let validation: Dataset?
  public let test: Dataset?
}

/// What an experiment gave.
public struct ExperimentResult: Sendable {
  public let network: Network
  public let parts: ExperimentParts
  public let loss: any Loss
  public let history: History
  /// Where a later run can go on.
  public let state: TrainingState
  /// Measured after training on all rows of each part, dropout off.
  public let train: Scores
  public let validation: Scores?
  public let test: Scores?
  public let trainingSeconds: Double
  public let samplesPerSecond: Double
}

extension Experiment {
  /// Cuts the data by task and seed; data with test rows of their own keep them.
  public func parts(of data: LoadedData) throws -> ExperimentParts {
    let ownTest = data.test
    // Four rows of a truth table are all that there is: nothing can be held out.
    let isTooSmall = ownTest == nil && data.dataset.count < Self.fewestRowsToSplit
    let testShare = ownTest == nil && !isTooSmall ? self.testShare : 0
    let split = try data.dataset.split(
      validation: isTooSmall ? 0 : validationShare, test: testShare, seed: seed)
    return ExperimentParts(
      train: split.train, validation: split.validation, test: ownTest ?? split.test)
  }

  /// Data sets with fewer rows are trained on whole.
  public static let fewestRowsToSplit = 20

  /// The usual loss of a task behind an output activation, or the one that was asked for.
  public func loss(for task: LearningTask) -> any Loss {
    if let loss { return loss }
    switch (task, outputActivation.name) {
    case (.classification, "softmax"): return .categoricalCrossEntropy
    case (.classification, "sigmoid"): return .binaryCrossEntropy
    case (.classification, _): return .softmaxCrossEntropy
    case (.multilabel, "sigmoid"): return .binaryCrossEntropy
    case (.multilabel, _): return .sigmoidCrossEntropy
    case (.regression, _): return .meanSquaredError
    }
  }

  /// The layers for a task; the last one has an output per class, label or number.
  public func stack(for task: LearningTask) -> Sequential {
    if let model { return model }
    return Sequential {
      for units in hidden {
        Dense(units, activation: activation, weightInitializer: initializer)
        if dropout > 0 { Dropout(dropout) }
      }
      Dense(task.names.count, activation: outputActivation, weightInitializer: initializer)
    }
  }

  /// The untrained network for some training rows, with what it must remember of them.
  public func network(for train: Dataset) throws -> Network {
    let stack = withTargetScale(stack(for: train.task), of: train)
    try checkSize(of: stack, features: train.featureCount)
    var network = try Network(stack, inputShape: [train.featureCount], seed: seed)
    if let initialWeights { try network.load(weightsOf: initialWeights) }
    let preprocessing =
      switch standardization {
      case .auto: Preprocessing(automaticFor: train)
      case .on: Preprocessing(.standardize, fittedTo: train)
      case .off: Preprocessing(scale: train.scale)
      }
    network.remember(train, preprocessing, loss: loss(for: train.task))
    return network
  }

  /// Lets the layers of a regression work on the scale of standardised targets: a fixed last layer
  /// multiplies by their deviation and adds their mean, so predictions have the table's units.
  private func withTargetScale(_ stack: Sequential, of train: Dataset) -> Sequential {
    guard scalesTargets(of: train) else { return stack }
    return Sequential(stack.layers + [Denormalization(fittedTo: train.targetRows)])
  }

  /// Whether the network ends with the way back to the targets' own units.
  package func scalesTargets(of train: Dataset) -> Bool {
    let isTable = train.schema != nil && train.imageShape == nil
    let isWanted = standardization == .on || (standardization == .auto && isTable)
    guard case .regression = train.task else { return false }
    return isWanted && model == nil && outputActivation.name == "linear"
  }

  /// First values are drawn as float64, and training keeps a gradient and slots of the optimizer.
  private func checkSize(of stack: Sequential, features: Int) throws {
    let bytesPerParameter = 24
    let built = try LayerModel(stack).build(for: [InputSpec(shape: [features])], mode: .training)
    var needed = 0
    for parameter in built.parameters {
      let count = checkedElementCount(parameter.shape) ?? Int.max / bytesPerParameter
      let (sum, isTooLarge) = needed.addingReportingOverflow(
        min(count, Int.max / bytesPerParameter) * bytesPerParameter)
      needed = isTooLarge ? Int.max : sum
    }
    let available = Machine.memoryBytes
    guard needed <= available else {
      throw MemoryError(neededBytes: needed, availableBytes: available)
    }
  }

  /// Finds what would stop a run before its first step: shares that leave no rows, a loss that does
  /// not fit, weights of another network, a network that the memory cannot hold.
  public func check(on data: LoadedData) throws {
    let parts = try parts(of: data)
    let network = try network(for: parts.train)
    let measure = Measure(loss: loss(for: parts.train.task), metrics: [])
    _ = try measure.gatherer(for: parts.train, network, precision)
    _ = try options(rows: parts.train.count, shouldStop: { false })
  }

  public var rule: UpdateRule {
    UpdateRule(
      optimizer: optimizer,
      clipping: clipNorm.map { [ClipByGlobalNorm($0)] } ?? [])
  }

  /// The options of a training on so many rows.
  private func options(
    rows: Int, shouldStop: @escaping @Sendable () -> Bool
  ) throws -> TrainingOptions {
    let batch = min(batchSize ?? rows, rows)
    let stepsPerEpoch = (rows + batch - 1) / max(batch, 1)
    return TrainingOptions(
      epochs: epochs, batchSize: batchSize, steps: steps, shuffles: shuffles,
      schedule: try schedule?.schedule(
        stepsPerEpoch: stepsPerEpoch, totalSteps: steps ?? stepsPerEpoch * epochs),
      engine: engine, threads: threads, precision: precision, products: products,
      shouldStop: shouldStop)
  }

  /// Splits, trains and measures.
  ///
  /// - Parameters:
  ///   - state: where an earlier run of the same experiment stopped.
  ///   - shouldStop: asked after every step.
  public func run(
    on data: LoadedData, from state: TrainingState? = nil, callbacks: [any Callback] = [],
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws -> ExperimentResult {
    let parts = try parts(of: data)
    let loss = loss(for: parts.train.task)
    var untrained = try network(for: parts.train)
    untrained.remember(split(of: data))
    let metrics = try Metrics.usual(for: parts.train.task, loss, untrained)
    let options = try options(rows: parts.train.count, shouldStop: shouldStop)
    var callbacks = callbacks
    if let plateau = try schedule?.plateau(rate: optimizer.learningRate) {
      callbacks.insert(PlateauReduction(plateau), at: 0)
    }
    if let earlyStopping { callbacks.insert(EarlyStopping(patience: earlyStopping), at: 0) }
    let training = try Training(
      untrained, on: parts.train, validation: parts.validation, loss: loss,
      rule: rule, metrics: metrics, penalties: penalties, options: options, callbacks: callbacks)
    if let state { try training.resume(state) }
    let clock = ContinuousClock()
    let start = clock.now
    let rowsBefore = training.rowsDone
    let history = try training.run()
    let seconds = (clock.now - start).inSeconds
    let network = training.network
    func scores(_ part: Dataset) throws -> Scores {
      try network.evaluate(part, loss: loss, metrics: metrics, options: options)
    }
    return ExperimentResult(
      network: network, parts: parts, loss: loss, history: history, state: training.state,
      train: try scores(parts.train), validation: try parts.validation.map(scores),
      test: try parts.test.map(scores), trainingSeconds: seconds,
      samplesPerSecond: seconds > 0 ? Double(training.rowsDone - rowsBefore) / seconds : 0)
  }
}
