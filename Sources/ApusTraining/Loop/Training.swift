public import ApusData
import ApusEngine
import ApusGraph
public import ApusLayers

/// A training that runs: what callbacks see and steer. `fit` makes one; make your own to go on from
/// a saved ``TrainingState``.
///
/// Not Sendable: one thread at a time.
public final class Training {
  public let options: TrainingOptions
  public let step: TrainingStep
  public private(set) var history = History()
  /// The epoch that runs, counted from 1.
  public private(set) var epoch = 1
  /// Rows of this epoch that are done.
  public private(set) var rowsInEpoch = 0
  /// Rows that this training has gone through, counting repeats.
  public private(set) var rowsDone = 0
  /// Of the last step's batch, before its update; NaN before the first one.
  public private(set) var lastLoss = Double.nan
  /// Rows of a full batch.
  public let batchSize: Int
  /// What a callback has multiplied the rate by, such as a reduction on a plateau.
  public var rateFactor = 1.0

  /// Of the optimizer.
  private let baseRate: Double
  private let feeder: BatchFeeder
  var gatherer: BatchGatherer { feeder.gatherer }
  private let validation: Evaluator?
  private let callbacks: [any Callback]
  private var running: RunningScores
  private var stopRequest: StopReason?
  /// Variables at the start of this epoch, or where training was resumed: from here a step that
  /// diverges can be reached again, because all else follows from seed and counts.
  private var anchor: (variables: [UInt8], rowsInEpoch: Int, step: Int)

  /// - Parameters:
  ///   - validation: rows that are measured after every epoch and never trained on.
  /// - Throws: when options are out of range or data, network and loss do not fit together.
  public init(
    _ network: Network, on train: Dataset, validation: Dataset? = nil, loss: any Loss,
    rule: UpdateRule, metrics: [any Metric] = [], penalties: [Penalty] = [],
    options: TrainingOptions = TrainingOptions(), callbacks: [any Callback] = []
  ) throws {
    try options.validate()
    guard train.count > 0 else { throw TrainingError("there are no rows to train on") }
    var network = network
    if network.notes["preprocessing"] == nil {
      network.remember(train, Preprocessing(.scale, fittedTo: train))
    }
    network.notes["loss"] = loss.name
    self.options = options
    self.callbacks = callbacks
    batchSize = min(options.batchSize ?? train.count, train.count)
    let measure = Measure(loss: loss, metrics: metrics)
    let gatherer = try measure.gatherer(for: train, network, options.precision)
    feeder = BatchFeeder(gatherer)
    running = RunningScores(measure, gatherer)
    self.validation = try validation.map {
      try Evaluator(network, on: $0, measure: measure, options: options)
    }
    step = try TrainingStep(
      network, loss: loss, rule: rule, targets: gatherer.targetType, penalties: penalties,
      engine: options.engine, threads: options.threads, precision: options.precision,
      products: options.products)
    baseRate = rule.optimizer.learningRate
    anchor = (step.variables.bytes, 0, 0)
  }

  /// The network with its present numbers; it remembers how the data was prepared, and the loss.
  public var network: Network { step.network }

  /// Rows of the training data.
  public var rowCount: Int { feeder.gatherer.dataset.count }

  /// Steps of a full epoch.
  public var stepsPerEpoch: Int { (rowCount + batchSize - 1) / batchSize }

  /// Loss and metrics of the rows that this epoch has gone through.
  public var scores: Scores { running.scores }

  /// Asks training to end after the present step or epoch.
  public func stop(_ reason: String) { stopRequest = .requested(reason) }

  /// Puts other numbers in, such as the best ones so far.
  public func restore(_ network: Network) throws { try step.restore(network) }

  /// Trains until the last epoch, a stop, or an error.
  @discardableResult
  public func run() throws -> History {
    for callback in callbacks { try callback.trainingWillStart(self) }
    while epoch <= options.epochs && stopRequest == nil { try runEpoch() }
    history.stopReason = stopRequest
    for callback in callbacks { try callback.trainingDidEnd(self) }
    return history
  }

  private func runEpoch() throws {
    step.variables.copyBytes(into: &anchor.variables)
    (anchor.rowsInEpoch, anchor.step) = (rowsInEpoch, step.count)
    let order = epochOrder
    let clock = ContinuousClock()
    let start = clock.now
    let rowsBefore = rowsInEpoch
    try order.withUnsafeBufferPointer { order in
      while rowsInEpoch < order.count && stopRequest == nil {
        feeder.next = batch(of: order, at: min(rowsInEpoch + batchSize, order.count))
        try runStep(batch(of: order, at: rowsInEpoch))
      }
    }
    // The last update of the epoch shows in no loss; from here on its numbers would count as good.
    guard step.hasFiniteParameters else { throw try divergence(loss: running.scores.loss) }
    guard rowsInEpoch == order.count else { return }
    try finishEpoch(seconds: (clock.now - start).inSeconds, rows: order.count - rowsBefore)
  }

  private var epochOrder: [Int32] {
    feeder.gatherer.dataset.order(shuffledBy: options.shuffles ? step.seed : nil, epoch: epoch)
  }

  private func batch(
    of order: UnsafeBufferPointer<Int32>, at start: Int
  ) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: order[start..<min(start + batchSize, order.count)])
  }

  private func runStep(_ positions: UnsafeBufferPointer<Int32>) throws {
    let result = try takeStep(positions)
    guard result.loss.isFinite else { throw try divergence(loss: result.loss) }
    lastLoss = result.loss
    try step.withLastRun { try running.add($0) }
    rowsInEpoch += positions.count
    rowsDone += positions.count
    for callback in callbacks { try callback.stepDidEnd(self) }
    if let limit = options.steps, step.count >= limit { stopRequest = stopRequest ?? .stepLimit }
    if options.shouldStop() || _Concurrency.Task.isCancelled { stopRequest = .interrupted }
  }

  private func takeStep(
    _ positions: UnsafeBufferPointer<Int32>
  ) throws -> TrainingStep.Result {
    step.epoch = epoch
    step.learningRate =
      rateFactor * (options.schedule?.rate(step: step.updateCount, base: baseRate) ?? baseRate)
    return try step(positions, of: feeder)
  }

  private func finishEpoch(seconds: Double, rows: Int) throws {
    let record = EpochRecord(
      epoch: epoch, step: step.count, train: running.scores,
      validation: try validation?.scores(of: step.variables), learningRate: step.learningRate,
      seconds: seconds, samplesPerSecond: seconds > 0 ? Double(rows) / seconds : 0)
    history.epochs.append(record)
    epoch += 1
    rowsInEpoch = 0
    running.reset()
    for callback in callbacks { try callback.epochDidEnd(self, record) }
  }
}

extension Training {
  /// Everything that is needed to go on from here.
  public var state: TrainingState {
    TrainingState(
      variables: step.variables.layout.slots.compactMap { slot in
        step.variables.read(slot.path).map { (slot.path, $0) }
      },
      step: step.count, epoch: epoch, rowsInEpoch: rowsInEpoch, seed: step.seed,
      rateFactor: rateFactor, history: history)
  }

  /// Goes on where another training of the same network, data and settings stopped.
  ///
  /// Metrics of an epoch that was cut in the middle cover its remaining rows only.
  /// - Throws: when the state does not fit.
  public func resume(_ state: TrainingState) throws {
    guard state.seed == step.seed else {
      throw TrainingError(
        "the saved training had the seed \(state.seed), this one has \(step.seed)")
    }
    guard state.rowsInEpoch < rowCount || state.rowsInEpoch == 0 else {
      throw TrainingError(
        "the saved training had more rows than the \(rowCount) of this data set")
    }
    guard Set(state.variables.map(\.path)) == Set(step.variables.layout.slots.map(\.path)) else {
      throw TrainingError("the saved training had another network or another optimizer")
    }
    for variable in state.variables {
      try step.variables.write(variable.value, to: variable.path)
    }
    step.count = state.step
    epoch = state.epoch
    rowsInEpoch = state.rowsInEpoch
    rateFactor = state.rateFactor
    history = state.history
    history.stopReason = nil
  }

  /// Goes back to before the step that made the first bad number and says where it came from.
  private func divergence(loss: Double) throws -> DivergenceError {
    let (lastStep, rate) = (step.count, step.learningRate)
    // The loss shows only later what an update did, so the first step that leaves a bad parameter
    // is the one to look at; without such a step it is the last.
    var badStep = lastStep
    try repeatSteps(upTo: lastStep - 1) {
      guard step.hasFiniteParameters else {
        badStep = step.count
        return false
      }
      return true
    }
    let row = try repeatSteps(upTo: badStep - 1) { true }
    let (cause, position) = try epochOrder.withUnsafeBufferPointer { order in
      let batch = batch(of: order, at: row)
      let cause = try step.firstBadValue(batch, of: feeder)
      return (cause, cause?.sample.map { batch[$0] })
    }
    return DivergenceError(
      epoch: epoch, step: lastStep, loss: loss, cause: cause,
      row: position.map { gatherer.dataset.storedRow(Int($0)) + 1 },
      dataset: gatherer.dataset.name, learningRate: rate)
  }

  /// Starts at the anchor again and takes steps while `body` says so after each; gives the row of
  /// the epoch that comes next.
  @discardableResult
  private func repeatSteps(upTo last: Int, _ body: () -> Bool) throws -> Int {
    step.variables.bytes = anchor.variables
    step.count = anchor.step
    var row = anchor.rowsInEpoch
    try epochOrder.withUnsafeBufferPointer { order in
      while step.count < last {
        _ = try takeStep(batch(of: order, at: row))
        row += batchSize
        if !body() { break }
      }
    }
    return row
  }
}
