public import ApusGraph

/// Runs programs op by op with the reference kernels, in Float64 inside each op.
public struct ReferenceEngine: Engine {
  public let name = "reference"

  public init() {}

  public func plan(
    _ program: Program, sizes: [String: Int], layout: VariableLayout, options: PlanOptions
  ) throws -> any Plan {
    let rounding: [any Pass] = options.products == .bfloat16 ? [RoundProductOperands()] : []
    let bound = try program.transformed(
      by: [DeadNodes(), BindSizes(sizes)] + rounding, verifying: options.verifies)
    for node in bound.graph.nodes where node.op.leaf == nil && !(node.op is any ReferenceKernel) {
      throw MissingKernelError(op: node.op.name)
    }
    for variable in bound.variables where layout[variable.path] == nil {
      throw VariableError.unknown(path: variable.path)
    }
    let needed = try Self.bytes(of: bound)
    if let limit = options.memoryLimit, needed > limit {
      throw MemoryError(neededBytes: needed, availableBytes: limit)
    }
    return ReferencePlan(bound, options.products, bytes: needed)
  }

  /// It can round on any processor.
  public func refusal(of products: ProductPrecision) -> String? { nil }

  /// The values of all nodes of a program with concrete shapes; nil for nodes that are not needed.
  ///
  /// - Parameter leaves: the numbers of inputs and variables.
  public static func values(
    of program: Program, leaves: (NodeID) throws -> TensorData
  ) throws -> [TensorData?] {
    _ = try bytes(of: program)
    let needed = program.graph.ancestors(of: program.roots)
    var values = [TensorData?](repeating: nil, count: program.graph.nodes.count)
    for (index, node) in program.graph.nodes.enumerated() where needed[index] {
      if node.op.leaf != nil {
        values[index] = try leaves(NodeID(index))
      } else if let kernel = node.op as? any ReferenceKernel {
        let inputs = node.inputs.compactMap { values[$0.index] }
        values[index] = try kernel.evaluate(inputs, node.type)
      } else {
        throw MissingKernelError(op: node.op.name)
      }
    }
    return values
  }

  /// What the values of all nodes take together. Throws where that cannot be counted.
  private static func bytes(of program: Program) throws(MemoryError) -> Int {
    var total = 0
    for node in program.graph.nodes {
      let count = node.type.shape.concrete.flatMap(checkedElementCount)
      let bytes = count?.multipliedReportingOverflow(by: node.type.dtype.byteCount)
      let sum = bytes.map { total.addingReportingOverflow($0.partialValue) }
      guard let bytes, let sum, !bytes.overflow, !sum.overflow else {
        throw MemoryError(neededBytes: .max, availableBytes: nil)
      }
      total = sum.partialValue
    }
    return total
  }
}

/// A bound program; planning ends there for the reference engine.
private struct ReferencePlan: Plan {
  let program: Program
  let inputs: [PlanPort]
  let outputs: [PlanPort]
  let memory: PlanMemory
  let bfloat16Products: Int

  init(_ program: Program, _ products: ProductPrecision, bytes: Int) {
    self.program = program
    bfloat16Products =
      products == .bfloat16
      ? program.graph.nodes.count { RoundProductOperands.rounds($0, in: program) } : 0
    inputs = program.inputs.map { PlanPort(name: $0.op.label, type: $0.op.type) }
    outputs = program.outputs.map { PlanPort(name: $0.name, type: program.graph[$0.node].type) }
    // Every node has a buffer of its own.
    memory = PlanMemory(
      buffers: program.graph.nodes.count, peakBytes: bytes, constantBytes: 0)
  }

  var description: String { program.description }

  func makeExecution(_ variables: VariableStorage) throws -> any Execution {
    ReferenceExecution(program: program, inputs: inputs, variables: variables)
  }
}

private final class ReferenceExecution: Execution {
  private let program: Program
  private let variables: VariableStorage
  private let inputIDs: [NodeID: Int]
  private var inputs: [TensorData]
  private var outputs: [TensorData] = []

  init(program: Program, inputs: [PlanPort], variables: VariableStorage) {
    self.program = program
    self.variables = variables
    self.inputs = inputs.map { TensorData(zeros: $0.shape, dtype: $0.dtype) }
    inputIDs = Dictionary(
      uniqueKeysWithValues: program.inputs.enumerated().map { ($1.id, $0) })
  }

  func withInput<R>(
    _ index: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    try inputs[index].withUnsafeMutableBytes(body)
  }

  func run() throws {
    let values = try ReferenceEngine.values(of: program) { try leaf($0) }
    outputs = program.outputs.compactMap { values[$0.node.index] }
    for update in program.updates {
      guard let variable = program.graph[update.variable].op.variable,
        let value = values[update.value.index]
      else { continue }
      try variables.write(value, to: variable.path)
    }
  }

  func withOutput<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    precondition(index < outputs.count, "Execution: output \(index) read before the first run")
    return try outputs[index].withUnsafeBytes(body)
  }

  private func leaf(_ id: NodeID) throws -> TensorData {
    if let index = inputIDs[id] { return inputs[index] }
    let path = program.graph[id].op.variable?.path ?? ""
    guard let value = variables.read(path) else { throw VariableError.unknown(path: path) }
    return value
  }
}

extension PlanPort {
  /// A port for a concrete type.
  package init(name: String, type: TensorType) {
    self.init(name: name, shape: type.shape.concrete ?? [], dtype: type.dtype)
  }
}
