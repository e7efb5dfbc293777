public import ApusGraph
import CKernels

/// Steps, places and figures of a program; immutable, so any number of executions share it.
package final class FastPlan: Plan, @unchecked Sendable {
  package let inputs: [PlanPort]
  package let outputs: [PlanPort]
  package let memory: PlanMemory
  package let buffers: MemoryPlan
  package let bfloat16Products: Int
  /// Memory of an execution that products share.
  let workBytes: Int
  /// Memory of an execution for the map of an input's zeros.
  let mapBytes: Int
  package var description: String { schedule.description }
  let steps: UnsafeMutablePointer<apus_step>
  let stepCount: Int
  let inputPlaces: [apus_place]
  /// The input that the steps bring by blocks of rows, by its position.
  let fedInput: Int?
  /// The input that a product brings by columns, and whether as bytes too.
  let inputByColumns: Int?
  let takesBytes: Bool
  let outputPlaces: [apus_place]
  let scratchStride: Int
  let sharedBytes: Int
  let pool: ThreadPool
  let constants: ConstantBlock
  private let block: PlanBlock
  private let stepNodes: [Int]
  private let program: Program
  private let schedule: Schedule

  init(
    _ lowering: Lowering, _ buffers: MemoryPlan, pool: ThreadPool, memoryLimit: Int?
  ) throws {
    let table = lowering.schedule.table
    let program = table.program
    self.program = program
    inputs = program.inputs.map { PlanPort(name: $0.op.label, type: $0.op.type) }
    outputs = program.outputs.map { PlanPort(name: $0.name, type: program.graph[$0.node].type) }
    inputPlaces = program.inputs.map { lowering.place(ofInput: $0.id.index) }
    fedInput = program.inputs.firstIndex { $0.id.index == lowering.schedule.fedInput }
    inputByColumns = program.inputs.firstIndex { $0.id.index == lowering.pieces.input }
    outputPlaces = lowering.schedule.outputs.map { lowering.place($0) }
    memory = PlanMemory(
      buffers: buffers.buffers.count { $0.takesOver == nil }, peakBytes: buffers.arenaBytes,
      constantBytes: lowering.constants.byteCount)
    self.buffers = buffers
    block = lowering.builder.block
    steps = block.keep(lowering.builder.steps)
    stepCount = lowering.builder.steps.count
    stepNodes = lowering.builder.nodes
    bfloat16Products = lowering.builder.roundedProducts
    workBytes = lowering.builder.workBytes
    mapBytes = lowering.builder.mapBytes
    takesBytes = lowering.takesBytes
    scratchStride = (max(lowering.builder.scratchBytes, 64) + 63) / 64 * 64
    sharedBytes = lowering.builder.sharedBytes
    constants = lowering.constants
    self.pool = pool
    schedule = lowering.schedule
    let needed = lowering.layout.byteCount + constants.byteCount + executionBytes
    if let memoryLimit, needed > memoryLimit {
      throw MemoryError(neededBytes: needed, availableBytes: memoryLimit)
    }
  }

  /// Where the memory for rounded operands begins, behind the steps' shared memory.
  var workStart: Int { (sharedBytes + 63) / 64 * 64 }

  /// Where the map of an input's zeros begins, behind that.
  var mapStart: Int { (workStart + workBytes + 63) / 64 * 64 }

  /// Scratch and shared memory of one execution.
  var scratchBytes: Int { scratchStride * pool.threads + mapStart + mapBytes }

  private var executionBytes: Int { buffers.arenaBytes + scratchBytes }

  package func makeExecution(_ variables: VariableStorage) throws -> any Execution {
    try FastExecution(self, variables)
  }

  /// What an error of a run is about.
  func error(_ code: apus_error, _ context: apus_context) -> any Error {
    let node = program.graph.nodes[stepNodes[Int(context.error_step)]]
    if code == APUS_NO_RESULT { return ProductError(op: node.op.name, scope: node.scope) }
    return RowNumberError(
      op: node.op.name, scope: node.scope, number: Int(context.error_value))
  }
}

/// A product that the library in charge of it could not compute.
public struct ProductError: DiagnosableError, Hashable, Sendable {
  public let op: String
  /// The layer path; empty at top level.
  public let scope: String

  public var kind: ErrorKind { .other }

  public var description: String {
    let place = scope.isEmpty ? "" : " in \(scope)"
    return "\(op)\(place): oneDNN could not compute the product, most likely for want of memory; "
      + "try a smaller batch"
  }
}
