public import ApusData
public import ApusEngine
public import ApusGraph
public import ApusLayers

extension Network {
  /// An untrained network for the rows of a data set.
  ///
  /// ```swift
  /// var network = try Network(model, for: train, seed: 0)
  /// ```
  public init(_ layer: some Layer, for dataset: Dataset, seed: UInt64 = 0) throws {
    try self.init(layer, inputShape: [dataset.featureCount], seed: seed)
    remember(dataset, Preprocessing(automaticFor: dataset))
  }

  /// Trains on a data set and keeps the result.
  ///
  /// - Parameters:
  ///   - validation: rows that are measured after every epoch and never trained on.
  ///   - metrics: measured beside the loss, over all rows of an epoch together.
  ///   - batchSize: rows of one step; nil for all at once.
  /// - Returns: the scores of every epoch.
  /// - Throws: when the loss does not fit network and data, ``DivergenceError`` when a number
  ///   stops being finite. The network keeps its last good numbers then.
  @discardableResult
  public mutating func fit(
    _ train: Dataset, validation: Dataset? = nil, loss: any Loss, optimizer: any Optimizer,
    metrics: [any Metric] = [], batchSize: Int? = 32, epochs: Int = 1,
    schedule: (any Schedule)? = nil, callbacks: [any Callback] = [],
    engine: any Engine = DefaultEngine.engine, threads: Int = 1
  ) throws -> History {
    try fit(
      train, validation: validation, loss: loss, rule: UpdateRule(optimizer: optimizer),
      metrics: metrics,
      options: TrainingOptions(
        epochs: epochs, batchSize: batchSize, schedule: schedule, engine: engine,
        threads: threads), callbacks: callbacks)
  }

  /// Trains with every setting at hand.
  @discardableResult
  public mutating func fit(
    _ train: Dataset, validation: Dataset? = nil, loss: any Loss, rule: UpdateRule,
    metrics: [any Metric] = [], penalties: [Penalty] = [], options: TrainingOptions,
    callbacks: [any Callback] = []
  ) throws -> History {
    let training = try Training(
      self, on: train, validation: validation, loss: loss, rule: rule, metrics: metrics,
      penalties: penalties, options: options, callbacks: callbacks)
    defer { self = training.network }
    return try training.run()
  }

  /// Loss and metrics over all rows of a data set, dropout off.
  ///
  /// Without `loss`, the one that the network was trained with.
  public func evaluate(
    _ dataset: Dataset, loss: (any Loss)? = nil, metrics: [any Metric]? = nil,
    options: TrainingOptions = TrainingOptions()
  ) throws -> Scores {
    let loss = try loss ?? rememberedLoss
    let measure = Measure(
      loss: loss, metrics: try metrics ?? Metrics.usual(for: dataset.task, loss, self))
    let evaluator = try Evaluator(self, on: dataset, measure: measure, options: options)
    return try evaluator.scores(of: self)
  }

  /// The outputs [N, …] for all rows of a data set, prepared as the network remembers.
  public func predict(_ dataset: Dataset) throws -> TensorData {
    try Predictor(self).predict(dataset, preprocessing: try preprocessing(for: dataset))
  }

  /// The outputs [N, …] for rows [N, …] that are prepared already. For many calls make a
  /// ``Predictor``.
  public func predict(_ rows: TensorData) throws -> TensorData {
    try Predictor(self).predict(rows)
  }

  private var rememberedLoss: any Loss {
    get throws {
      guard let name = notes["loss"] else {
        throw TrainingError("the network has not been trained; say with which loss to measure")
      }
      return try LossList.named(name)
    }
  }
}
