import ApusData
import ApusEngine
import ApusGraph
import ApusLayers

/// Measures loss and metrics over all rows of a data set in the mode of inference, in chunks of a
/// fixed size.
final class Evaluator {
  private static let chunk = 256

  private let runner: Runner
  private let ports: Ports
  private let variables: VariableStorage
  private let feeder: BatchFeeder
  private let order: [Int32]
  private var running: RunningScores

  init(
    _ network: Network, on dataset: Dataset, measure: Measure, options: TrainingOptions
  ) throws {
    let gatherer = try measure.gatherer(for: dataset, network, options.precision)
    feeder = BatchFeeder(gatherer)
    var program = try TrainingProgram.forward(
      network, mode: .inference, loss: measure.loss, targets: gatherer.targetType, penalties: [])
    // A state keeps its value while measuring.
    program.updates = []
    program = DeadNodes().run(program)
    if options.precision != .float32 {
      program = try Retype(.float32, to: options.precision).run(program)
    }
    variables = VariableStorage(VariableLayout(program))
    runner = Runner(
      program, engine: options.engine, options: PlanOptions(threads: options.threads),
      variables: variables)
    ports = try Ports(runner, network: network, scalars: [])
    order = dataset.order(shuffledBy: nil)
    running = RunningScores(measure, gatherer)
  }

  /// With the present numbers of a training.
  func scores(of training: VariableStorage) throws -> Scores {
    for slot in variables.layout.slots {
      if let value = training.read(slot.path) { try variables.write(value, to: slot.path) }
    }
    return try measured()
  }

  /// With the numbers of a network.
  func scores(of network: Network) throws -> Scores {
    for slot in variables.layout.slots {
      guard let value = network.value(slot.path) else {
        throw VariableError.unknown(path: slot.path)
      }
      try variables.write(value, to: slot.path)
    }
    return try measured()
  }

  private func measured() throws -> Scores {
    running.reset()
    try order.withUnsafeBufferPointer { order in
      for start in stride(from: 0, to: order.count, by: Self.chunk) {
        let end = min(start + Self.chunk, order.count)
        try add(UnsafeBufferPointer(rebasing: order[start..<end]))
      }
    }
    return running.scores
  }

  private func add(_ positions: UnsafeBufferPointer<Int32>) throws {
    let execution = try runner.execution(rows: positions.count)
    feeder.feed(positions, to: execution, ports)
    try execution.run()
    try execution.withOutput(ports.predictions) { predictions in
      try running.add(
        LastRun(
          rows: positions.count, predictions: predictions,
          targets: execution.withInput(ports.targets) { UnsafeRawBufferPointer($0) },
          loss: execution.scalar(ports.loss), divisor: ports.divisor.map(execution.scalar)))
    }
  }
}
