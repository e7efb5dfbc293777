public import ApusData
import ApusEngine
import ApusGraph
public import ApusLayers

/// Watches the health of a training: before the first step, at the end, after the first epochs, and
/// after others as long as looking takes about 2 % of the time. When it looks follows from counts
/// alone, so equal runs see the same. It changes no number of the training.
///
/// ```swift
/// let monitor = HealthMonitor()
/// try network.fit(train, loss: .softmaxCrossEntropy, optimizer: .adam(), callbacks: [monitor])
/// if let facts = monitor.facts { print(Diagnosis(of: facts).lines) }
/// ```
public final class HealthMonitor: Callback {
  /// What was seen so far; nil before training starts.
  public var facts: HealthFacts? {
    guard var facts = seen else { return nil }
    if highestEarlyLoss.isFinite { facts.training?.highestEarlyLoss = highestEarlyLoss }
    return facts
  }

  /// The share of the time that looking may take, the first and the last look left out.
  private static let share = 0.02
  /// A look goes through its rows as a step does, and reads the parameters.
  private static let costOfRow = 1.5
  /// Looks that are allowed besides, so that short trainings have a course too, one at each quarter
  /// of the epochs done, read at most so many parameters in all.
  private static let freeParameters = 500_000
  /// Steps whose losses are looked at one by one.
  private static let earlySteps = 100

  private var seen: HealthFacts?
  /// The next epoch after which to look.
  private var nextEpoch = 1
  /// Looks that were free so far, and the next epoch after which one is.
  private var free = (looks: 0, nextEpoch: 1)
  /// Apart from the rest, because it changes in a step, where nothing may be allocated.
  private var highestEarlyLoss = -Double.infinity
  private var probe: HealthProbe?
  private let clock = ContinuousClock()
  /// The time that watching took, whole.
  public private(set) var secondsSpent = 0.0
  /// Between the first and the last one.
  private var looks = 0
  private var parameterCount = 1
  /// The weights before the update whose change is to be measured, and how many updates there were
  /// until then.
  private var weightsBefore: [(path: String, value: TensorData)] = []
  private var updatesBefore = Int.max
  private var updateRatios: [String: Double] = [:]

  public init() {}

  public func trainingWillStart(_ training: Training) throws {
    try spend {
      let network = training.network
      let probe = try HealthProbe(
        network, loss: training.step.loss, gatherer: training.gatherer,
        variables: training.step.variables, options: training.options)
      self.probe = probe
      parameterCount = max(network.parameters.count, 1)
      var facts = try HealthFacts(
        of: network, loss: training.step.loss, gatherer: training.gatherer)
      facts.training = TrainingFacts(
        optimizer: training.step.rule.optimizer.name,
        learningRate: training.step.rule.optimizer.learningRate, batchSize: training.batchSize)
      facts.observations = [try probe.observe(epoch: training.epoch - 1, step: training.step.count)]
      weightsBefore = facts.observations[0].parameters.filter(\.isWeight).compactMap { weight in
        training.step.variables.read(weight.path).map { (weight.path, $0) }
      }
      updatesBefore = training.step.updateCount
      seen = facts
    }
  }

  public func stepDidEnd(_ training: Training) {
    if training.step.count <= Self.earlySteps {
      highestEarlyLoss = max(highestEarlyLoss, training.lastLoss)
    }
    if training.step.updateCount > updatesBefore { spendTime { measureUpdate(training) } }
  }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {
    if record.epoch >= free.nextEpoch {
      free.looks = min(free.looks + 1, Self.freeParameters / parameterCount)
      // 1, 2, … 8, then steps of a quarter: two dozen in 500 epochs.
      free.nextEpoch = record.epoch + max(record.epoch / 4, 1)
    }
    guard record.epoch >= nextEpoch, canAfford(training) else { return }
    try look(training, epoch: record.epoch)
    looks += 1
    // Steps of 3 %: a long training is seen whole with some hundred looks.
    nextEpoch = record.epoch + max(record.epoch / 33, 1)
    spendTime { keepWeights(training) }
  }

  /// Whether one more look is little beside the rows that were trained on so far.
  private func canAfford(_ training: Training) -> Bool {
    let rows = Self.costOfRow * Double(min(HealthProbe.rowLimit, training.rowCount))
    return Double(looks + 1 - free.looks) * rows <= Self.share * Double(training.rowsDone)
  }

  public func trainingDidEnd(_ training: Training) throws {
    seen?.epochs = training.history.epochs
    if seen?.observations.last?.step != training.step.count {
      try look(training, epoch: training.epoch - 1)
    }
  }

  /// Adds what is known only after training: scores, or why it broke off.
  public func finish(
    train: Scores? = nil, heldOut: Scores? = nil, divergence: DivergenceError? = nil
  ) {
    seen?.train = train
    seen?.heldOut = heldOut
    seen?.divergence = divergence?.description
  }

  private func look(_ training: Training, epoch: Int) throws {
    guard let probe else { return }
    try spend {
      var observation = try probe.observe(epoch: epoch, step: training.step.count)
      for index in observation.parameters.indices {
        observation.parameters[index].updateRatio =
          updateRatios[observation.parameters[index].path]
      }
      seen?.observations.append(observation)
    }
  }

  private func keepWeights(_ training: Training) {
    updatesBefore = training.step.updateCount
    for index in weightsBefore.indices {
      training.step.variables.read(weightsBefore[index].path, into: &weightsBefore[index].value)
    }
  }

  private func measureUpdate(_ training: Training) {
    for (path, old) in weightsBefore {
      guard let new = training.step.variables.read(path) else { continue }
      if let ratio = changeRatio(from: old, to: new) { updateRatios[path] = ratio }
    }
    updatesBefore = .max
    // The step that follows a look belongs to what was seen there.
    guard let last = seen?.observations.indices.last,
      seen?.observations[last].step == training.step.count - 1
    else { return }
    for index in seen?.observations[last].parameters.indices ?? 0..<0 {
      let path = seen?.observations[last].parameters[index].path ?? ""
      seen?.observations[last].parameters[index].updateRatio = updateRatios[path]
    }
  }

  private func spend(_ body: () throws -> Void) rethrows {
    let begin = clock.now
    try body()
    secondsSpent += (clock.now - begin).inSeconds
  }

  private func spendTime(_ body: () -> Void) {
    let begin = clock.now
    body()
    secondsSpent += (clock.now - begin).inSeconds
  }
}

extension HealthFacts {
  /// A finished network on data, looked at once.
  ///
  /// - Throws: when network, loss and data do not fit together.
  public init(
    of network: Network, loss: any Loss, on dataset: Dataset,
    options: TrainingOptions = TrainingOptions()
  ) throws {
    let gatherer = try Measure(loss: loss, metrics: []).gatherer(
      for: dataset, network, options.precision)
    try self.init(of: network, loss: loss, gatherer: gatherer)
    let layout = VariableLayout(
      try TrainingProgram.forward(
        network, mode: .inference, loss: loss, targets: gatherer.targetType, penalties: []))
    let variables = VariableStorage(layout)
    for entry in network.parameters.entries + network.states.entries
    where layout[entry.path] != nil {
      try variables.write(entry.value, to: entry.path)
    }
    let probe = try HealthProbe(
      network, loss: loss, gatherer: gatherer, variables: variables, options: options)
    observations = [try probe.observe(epoch: 0, step: 0)]
  }

  /// Everything but what training and looking tell.
  init(of network: Network, loss: any Loss, gatherer: BatchGatherer) throws {
    let output = try network.build(.inference).outputs.first
    self.init(
      dataset: gatherer.dataset.name, rows: gatherer.dataset.count, loss: loss.name,
      lossTakesLogits: loss.predictions == .logits,
      head: output.map { Head(of: $0).activation } ?? "linear",
      inputs: InputFacts(gatherer, seed: network.seed),
      targets: TargetFacts(of: gatherer.dataset, loss))
  }
}
