public import ApusData
public import ApusEngine
public import ApusGraph
public import ApusLayers

/// One step of training as a thing of its own: what `fit` is made of, for people who write their
/// own loop.
///
/// The forward pass, the loss, its gradients and the optimizer's update are one graph, planned once
/// per batch size; after the first step of a size nothing is allocated. Not Sendable: one thread at
/// a time. Batches come as the network is to see them: for tables give ``Dataset/batches`` the
/// network's `preprocessing`.
///
/// ```swift
/// let step = try TrainingStep(network, loss: .softmaxCrossEntropy, optimizer: .adam())
/// for batch in try train.batches(of: 32, shuffledBy: 0) { print(try step(batch).loss) }
/// let trained = step.network
/// ```
public final class TrainingStep {
  /// What a step gives back.
  public struct Result: Hashable, Sendable {
    /// Of the batch, before the update, penalties left out; reduced as the loss says.
    public let loss: Double
  }

  public let loss: any Loss
  public let rule: UpdateRule
  public let precision: DType
  /// The base rate of the optimizer, or what a schedule or callback has put in its place.
  public var learningRate: Double
  /// Batches seen.
  public internal(set) var count = 0
  /// Updates made: the batches, divided by how many of them are accumulated.
  public var updateCount: Int { count / rule.accumulation }
  /// The network's seed.
  public var seed: UInt64 { initial.seed }
  /// Counted from 1; keys the random numbers of dropout and noise.
  public var epoch = 1

  let variables: VariableStorage
  private let initial: Network
  private let program: TrainingProgram
  private let classCount: Int?
  private let apply: Pass
  private let accumulate: Pass?
  private var last: (pass: Pass, rows: Int)?

  /// A runner and where its inputs and outputs are. A class: handing it on in every step copies nothing.
  private final class Pass {
    let runner: Runner
    let ports: Ports

    init(runner: Runner, ports: Ports) {
      self.runner = runner
      self.ports = ports
    }
  }

  /// - Parameters:
  ///   - targets: the type of the targets; by default class numbers Int32 [N] where the loss takes
  ///     classes, else the type of the network's output.
  ///   - isWeighted: whether batches may bring a weight for each row; rows without one weigh 1.
  /// - Throws: the network's first mistake, ``LossMismatch``, ``OptimizerError``,
  ///   ``UntrainableError``.
  public init(
    _ network: Network, loss: any Loss, rule: UpdateRule, targets: TensorType? = nil,
    isWeighted: Bool = false, penalties: [Penalty] = [],
    engine: any Engine = DefaultEngine.engine, threads: Int = 1, precision: DType = .float32,
    products: ProductPrecision = .float32
  ) throws {
    initial = network
    self.loss = loss
    self.rule = rule
    self.precision = precision
    learningRate = rule.optimizer.learningRate
    let program = try TrainingProgram(
      network, loss: loss, targets: try targets ?? Self.targets(of: network, for: loss),
      isWeighted: isWeighted, rule: rule, penalties: penalties, precision: precision)
    let layout =
      program.accumulate.map { VariableLayout(program.apply, $0) } ?? VariableLayout(program.apply)
    let variables = VariableStorage(layout)
    func pass(_ source: Program) throws -> Pass {
      let runner = Runner(
        source, engine: engine, options: PlanOptions(threads: threads, products: products),
        variables: variables)
      return Pass(
        runner: runner,
        ports: try Ports(
          runner, network: network, scalars: program.hostScalars))
    }
    apply = try pass(program.apply)
    accumulate = try program.accumulate.map(pass)
    self.program = program
    self.variables = variables
    classCount =
      loss.targets == .classes
      ? try network.build(.inference).outputs.first?.shape.dimensions.last?.constant : nil
    try program.writeInitialValues(of: network, to: variables)
  }

  public convenience init(
    _ network: Network, loss: any Loss, optimizer: any Optimizer,
    engine: any Engine = DefaultEngine.engine, threads: Int = 1
  ) throws {
    try self.init(
      network, loss: loss, rule: UpdateRule(optimizer: optimizer), engine: engine,
      threads: threads)
  }

  /// Trains on one batch.
  ///
  /// Throws when the batch does not have the network's shapes or a label is no class.
  @discardableResult
  public func callAsFunction(_ batch: Batch) throws -> Result {
    guard batch.count > 0 else { throw TrainingError("the batch has no rows") }
    let pass = nextPass
    let execution = try pass.runner.execution(rows: batch.count)
    try fill(pass, execution, with: batch)
    return try run(pass, execution, rows: batch.count)
  }

  /// Trains on examples of a data set, gathered straight into the plan's memory.
  @discardableResult
  func callAsFunction(
    _ positions: UnsafeBufferPointer<Int32>, of feeder: BatchFeeder
  ) throws -> Result {
    let pass = nextPass
    let execution = try pass.runner.execution(rows: positions.count)
    feeder.feed(positions, to: execution, pass.ports)
    return try run(pass, execution, rows: positions.count)
  }

  /// How many matrix products of a step round their operands to bfloat16, in the plan that was made
  /// last; 0 before the first step.
  public var bfloat16Products: Int { apply.runner.bfloat16Products }

  /// The network with its present numbers.
  public var network: Network {
    var network = initial
    for path in initial.parameters.paths { network.parameters[path] = variables.read(path) }
    for path in initial.states.paths {
      network.states[path] = variables.read(path) ?? network.states[path]
    }
    return network
  }

  /// The network with the moving average of its weights in place of the weights themselves; the
  /// present numbers where no average is kept.
  public var averagedNetwork: Network {
    var network = self.network
    for path in network.parameters.paths {
      if let average = variables.read("\(path):average") { network.parameters[path] = average }
    }
    return network
  }

  /// Whether all parameters are free of NaN and infinities.
  var hasFiniteParameters: Bool { initial.parameters.paths.allSatisfy(variables.isFinite) }

  /// Puts other numbers in, such as the best ones so far; slots of the optimizer stay.
  public func restore(_ network: Network) throws {
    for entry in network.parameters.entries + network.states.entries
    where variables.layout[entry.path] != nil {
      try variables.write(entry.value, to: entry.path)
    }
  }

  /// What the last run computed before its update.
  func withLastRun(_ body: (LastRun) throws -> Void) throws {
    guard let last else { return }
    let execution = try last.pass.runner.execution(rows: last.rows)
    let ports = last.pass.ports
    try execution.withOutput(ports.predictions) {
      try body(
        LastRun(
          rows: last.rows, predictions: $0,
          targets: execution.withInput(ports.targets) { UnsafeRawBufferPointer($0) },
          loss: execution.scalar(ports.loss), divisor: ports.divisor.map(execution.scalar)))
    }
  }

  /// Looks for the first bad number of the step that would come next, without taking it.
  func firstBadValue(
    _ positions: UnsafeBufferPointer<Int32>, of feeder: BatchFeeder
  ) throws -> FirstBadValue? {
    let pass = nextPass
    let execution = try pass.runner.execution(rows: positions.count)
    feeder.feed(positions, to: execution, pass.ports)
    prepare(pass, execution)
    let sizes = ["N": positions.count]
    let inputs = try BindSizes(sizes).run(pass.runner.program).inputs
    return try FirstBadValue.find(
      in: pass.runner.program, sizes: sizes,
      inputs: inputs.enumerated().map { execution.copyOfInput($0, type: $1.op.type) },
      variables: variables)
  }

  /// Class numbers where the loss takes classes, else numbers of the output's shape.
  private static func targets(of network: Network, for loss: any Loss) throws -> TensorType {
    if loss.targets == .classes { return TensorType([.n], .int32) }
    return try network.build(.inference).outputs.first?.type ?? TensorType([.n])
  }

  /// Every k-th batch makes an update when gradients accumulate over k.
  private var nextPass: Pass {
    guard let accumulate, (count + 1) % rule.accumulation != 0 else { return apply }
    return accumulate
  }

  private func run(_ pass: Pass, _ execution: any Execution, rows: Int) throws -> Result {
    prepare(pass, execution)
    try execution.run()
    count += 1
    last = (pass, rows)
    return Result(loss: execution.scalar(pass.ports.loss))
  }

  private func prepare(_ pass: Pass, _ execution: any Execution) {
    for (index, scalar) in pass.ports.scalars {
      execution.setScalar(index, to: scalar.value(updateCount + 1, learningRate))
    }
    if let key = pass.ports.randomKey {
      execution.setRandomKey(key, seed: initial.seed, epoch: epoch, step: count)
    }
  }

}

// How a batch of tensors gets into the plan's memory.
extension TrainingStep {
  private func fill(_ pass: Pass, _ execution: any Execution, with batch: Batch) throws {
    try set(pass, execution, pass.ports.features, to: batch.features, "features")
    if batch.targets.dtype == .int32 { try checkLabels(batch.targets) }
    try set(pass, execution, pass.ports.targets, to: batch.targets, "targets")
    if let port = pass.ports.weights {
      let ones = TensorData(Array(repeating: Float(1), count: batch.count))
      try set(pass, execution, port, to: batch.weights ?? ones, "weights")
    } else if batch.weights != nil {
      throw TrainingError(
        "the batch has weights, but the step takes none; make it with isWeighted: true")
    }
  }

  /// A row of the tensor is a row of the input; whole numbers become real where those are taken.
  private func set(
    _ pass: Pass, _ execution: any Execution, _ index: Int, to data: TensorData, _ what: String
  ) throws {
    let dtype = pass.ports.inputDTypes[index]
    let fits = dtype.isFloatingPoint || !data.dtype.isFloatingPoint
    let converted = fits ? data.converted(to: dtype) : data
    let expected = execution.withInput(index) { $0.count }
    guard fits, converted.byteCount == expected else {
      throw TrainingError(
        "the batch's \(what) are \(data.type), the network takes "
          + "\(pass.runner.program.inputs[index].op.type)")
    }
    execution.setInput(index, to: converted)
  }

  private func checkLabels(_ labels: TensorData) throws {
    guard let classCount else { return }
    try labels.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Int32.self)
      guard let row = values.firstIndex(where: { $0 < 0 || $0 >= classCount }) else { return }
      throw TrainingError(
        "row \(row) of the batch has the label \(values[row]), "
          + "but the classes are 0 … \(classCount - 1)")
    }
  }
}

/// What a run of a step computed before its update, and from which targets.
struct LastRun {
  let rows: Int
  /// The model's outputs, [rows, …].
  let predictions: UnsafeRawBufferPointer
  let targets: UnsafeRawBufferPointer
  let loss: Double
  /// What a weighted mean was divided by; nil for other reductions.
  let divisor: Double?
}

extension Execution {
  /// The numbers of an input.
  func copyOfInput(_ index: Int, type: TensorType) -> TensorData {
    var data = TensorData(zeros: type.shape.concrete ?? [], dtype: type.dtype)
    withInput(index) { source in
      data.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(source)) }
    }
    return data
  }
}
