public import ApusData
public import ApusEngine
public import ApusGraph
public import ApusLayers
import Synchronization

/// A network made ready to predict, safe to call from any number of threads at once.
///
/// Rows go through in chunks of a fixed size, so a row's result does not depend on how many rows
/// are asked for together.
///
/// ```swift
/// let predictor = try Predictor(network)
/// let probabilities = try predictor.predict(rows)   // [N, …] → [N, …]
/// ```
public final class Predictor: Sendable {
  /// Rows of one run.
  public static let chunk = 256
  /// Executions that are kept for the next caller.
  private static let kept = 16

  private let engine: any Engine
  private let options: PlanOptions
  private let program: Program
  private let variables: VariableStorage
  private let rowShape: [Int]
  private let outputShape: [Int]
  private let dtype: DType
  private let pool = Mutex(Pool())

  private struct Pool {
    var plans: [Int: any Plan] = [:]
    var idle: [IdleExecution] = []
  }

  /// `@unchecked Sendable`: an execution is used by the one thread that has taken it out.
  private struct IdleExecution: @unchecked Sendable {
    let rows: Int
    let execution: any Execution
  }

  /// - Throws: the network's first mistake, or when it has not one input and one output.
  public init(
    _ network: Network, engine: any Engine = DefaultEngine.engine, threads: Int = 1,
    precision: DType = .float32
  ) throws {
    var program = try network.inferenceProgram()
    guard program.inputs.count == 1, program.outputs.count == 1 else {
      throw TrainingError(
        "predict takes networks with one input and one output, this one has "
          + "\(program.inputs.count) and \(program.outputs.count)")
    }
    if precision != .float32 { program = try Retype(.float32, to: precision).run(program) }
    self.program = program
    self.engine = engine
    options = PlanOptions(threads: threads)
    dtype = precision
    rowShape = network.inputs[0].shape
    let output = program.graph[program.outputs[0].node].type.shape
    outputShape = Shape(Array(output.dimensions.dropFirst())).concrete ?? []
    variables = VariableStorage(VariableLayout(program))
    for entry in network.parameters.entries + network.states.entries
    where variables.layout[entry.path] != nil {
      try variables.write(entry.value, to: entry.path)
    }
  }

  /// The outputs [N, …] for rows [N, …], which are prepared already.
  ///
  /// Throws when a row does not have the network's input shape.
  public func predict(_ rows: TensorData) throws -> TensorData {
    let expected = rowShape.reduce(1, *)
    let count = rows.shape.first ?? 0
    guard !rows.shape.isEmpty, rows.shape.dropFirst().reduce(1, *) == expected else {
      throw TrainingError(
        "rows must have the shape \(rowShape), got rows of the shape "
          + "\(Array(rows.shape.dropFirst()))", kind: .badData)
    }
    let source = rows.converted(to: dtype)
    return try collect(count: count) { start, chunk, execution in
      try source.withUnsafeBytes { bytes in
        let stride = expected * dtype.byteCount
        let part = UnsafeRawBufferPointer(
          rebasing: bytes[start * stride..<(start + chunk) * stride])
        execution.withInput(0) { $0.copyMemory(from: part) }
        try execution.run()
      }
    }
  }

  /// The outputs for all rows of a data set, prepared as the network remembers.
  public func predict(_ dataset: Dataset, preprocessing: Preprocessing) throws -> TensorData {
    let gatherer = try BatchGatherer(dataset, preprocessing: preprocessing, dtype: dtype)
    try gatherer.checkCompleteness()
    return try predict(gatherer, dataset.order(shuffledBy: nil))
  }

  /// The outputs [N, …] for the examples at N positions of a data set, gathered straight into the
  /// plan's memory. Traps when a position is out of range.
  ///
  /// Throws when the data set does not have the network's features or is gathered as another type.
  public func predict(_ gatherer: BatchGatherer, _ positions: [Int32]) throws -> TensorData {
    let dataset = gatherer.dataset
    guard dataset.featureCount == rowShape.reduce(1, *) else {
      throw TrainingError(
        "the network takes \(rowShape.reduce(1, *)) features, the data set "
          + "'\(dataset.name)' has \(dataset.featureCount)", kind: .badData)
    }
    guard gatherer.dtype == dtype else {
      throw TrainingError("the network computes in \(dtype), the rows come as \(gatherer.dtype)")
    }
    let feeder = BatchFeeder(gatherer)
    return try collect(count: positions.count) { start, chunk, execution in
      try positions.withUnsafeBufferPointer { positions in
        let part = UnsafeBufferPointer(rebasing: positions[start..<start + chunk])
        feeder.feed(featuresOf: part, to: execution, input: 0)
        try execution.run()
      }
    }
  }

  private func collect(
    count: Int, run: (_ start: Int, _ rows: Int, any Execution) throws -> Void
  ) throws -> TensorData {
    var result = TensorData(zeros: [count] + outputShape, dtype: dtype)
    let stride = outputShape.reduce(1, *) * dtype.byteCount
    for start in Swift.stride(from: 0, to: count, by: Self.chunk) {
      let rows = min(Self.chunk, count - start)
      let execution = try take(rows: rows)
      try run(start, rows, execution)
      execution.withOutput(0) { output in
        result.withUnsafeMutableBytes {
          UnsafeMutableRawBufferPointer(rebasing: $0[start * stride..<(start + rows) * stride])
            .copyMemory(from: output)
        }
      }
      put(execution, rows: rows)
    }
    return result
  }

  private func take(rows: Int) throws -> any Execution {
    let found: IdleExecution? = pool.withLock { pool in
      pool.idle.lastIndex { $0.rows == rows }.map { pool.idle.remove(at: $0) }
    }
    if let found { return found.execution }
    return try plan(rows: rows).makeExecution(variables)
  }

  private func put(_ execution: any Execution, rows: Int) {
    let idle = IdleExecution(rows: rows, execution: execution)
    pool.withLock { pool in
      if pool.idle.count == Self.kept { pool.idle.removeFirst() }
      pool.idle.append(idle)
    }
  }

  private func plan(rows: Int) throws -> any Plan {
    if let plan = pool.withLock({ $0.plans[rows] }) { return plan }
    let plan = try engine.plan(
      program, sizes: ["N": rows], layout: variables.layout, options: options)
    pool.withLock { pool in
      if pool.plans.count > Self.kept { pool.plans.removeAll() }
      pool.plans[rows] = plan
    }
    return plan
  }
}
