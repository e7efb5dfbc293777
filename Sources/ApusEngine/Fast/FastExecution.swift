import ApusGraph
import CKernels

/// The memory of one run at a time, and the call that runs the steps.
///
/// Unsafe because it hands raw addresses to C; sound because it owns or retains every block that
/// the context points to for as long as it lives.
final class FastExecution: Execution {
  private let plan: FastPlan
  private let variables: VariableStorage
  private let arena: UnsafeMutableRawPointer
  private let scratch: UnsafeMutableRawPointer
  private let context: UnsafeMutablePointer<apus_context>
  private let errors = ErrorSlot()
  private let rowFeed = RowFeed()
  /// The input that the next run brings, by its position.
  private var fed: Int?

  init(_ plan: FastPlan, _ variables: VariableStorage) throws {
    guard let arena = apus_aligned_alloc(Int64(plan.buffers.arenaBytes)) else {
      throw MemoryError(neededBytes: plan.buffers.arenaBytes, availableBytes: nil)
    }
    guard let scratch = apus_aligned_alloc(Int64(plan.scratchBytes)) else {
      apus_aligned_free(arena)
      throw MemoryError(neededBytes: plan.scratchBytes, availableBytes: nil)
    }
    (self.plan, self.variables, self.arena, self.scratch) = (plan, variables, arena, scratch)
    arena.initializeMemory(as: UInt8.self, repeating: 0, count: plan.buffers.arenaBytes)
    (scratch + (plan.scratchBytes - plan.mapBytes)).initializeMemory(
      as: UInt8.self, repeating: 0, count: plan.mapBytes)
    context = .allocate(capacity: 1)
    context.initialize(to: apus_context())
    let bytes = { (pointer: UnsafeMutableRawPointer) in pointer.assumingMemoryBound(to: CChar.self)
    }
    context.pointee.bases.0 = bytes(arena)
    context.pointee.bases.1 = bytes(variables.base)
    context.pointee.bases.2 = bytes(plan.constants.base)
    context.pointee.bases.3 = bytes(Unmanaged.passUnretained(errors).toOpaque())
    let shared = scratch + plan.scratchStride * plan.pool.threads
    context.pointee.bases.4 = bytes(shared + plan.workStart)
    context.pointee.bases.5 = bytes(shared + plan.mapStart)
    context.pointee.scratch = bytes(scratch)
    context.pointee.scratch_stride = Int64(plan.scratchStride)
    context.pointee.shared = bytes(shared)
  }

  deinit {
    apus_aligned_free(arena)
    apus_aligned_free(scratch)
    context.deallocate()
  }

  func withInput<R>(
    _ index: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> R
  ) rethrows -> R {
    if index == fed, let source = rowFeed.source {
      stopFeeding()
      write(index, from: source)
    }
    return try body(memory(ofInput: index))
  }

  func run() throws {
    let code = apus_run(
      plan.steps, Int64(plan.stepCount), context, plan.pool.pool, Int32(plan.pool.threads))
    if fed != nil { stopFeeding() }
    if code != APUS_OK { throw failure(code) }
  }

  func feed(_ index: Int, rows: Int, from source: RowSource) {
    precondition(
      rows == plan.inputs[index].shape.first,
      "Execution: input \(index) does not have \(rows) rows")
    if index == fed { stopFeeding() }
    if fed == nil, index == plan.fedInput {
      context.pointee.feed = rowFeed.duringRun(
        rowBytes: plan.inputs[index].byteCount / max(rows, 1), from: source)
      fed = index
    } else if fed == nil, index == plan.inputByColumns, source.writesColumns {
      context.pointee.feed = rowFeed.duringRun(
        rows: rows, columnsInto: memory(ofInput: index),
        bytesFor: plan.takesBytes ? plan.inputs[index].dtype : nil, from: source)
      fed = index
    } else {
      write(index, from: source)
    }
  }

  /// Brings all rows of an input at once.
  private func write(_ index: Int, from source: RowSource) {
    let shape = plan.inputs[index].shape
    let threads = Int32(plan.pool.threads)
    var step = rowFeed.step(
      rows: shape.first ?? 1, elements: shape.reduce(1, *), from: source,
      into: memory(ofInput: index))
    apus_run_before(&step, context, plan.pool.pool, threads)
    rowFeed.stepDidEnd()
  }

  private func stopFeeding() {
    context.pointee.feed = apus_feed()
    rowFeed.source = nil
    fed = nil
  }

  private func memory(ofInput index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: address(plan.inputPlaces[index]), count: plan.inputs[index].byteCount)
  }

  func withOutput<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(
      UnsafeRawBufferPointer(
        start: address(plan.outputPlaces[index]), count: plan.outputs[index].byteCount))
  }

  private func failure(_ code: apus_error) -> any Error {
    defer { errors.error = nil }
    return errors.error ?? plan.error(code, context.pointee)
  }

  private func address(_ place: apus_place) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(apus_address(context, place)!)
  }
}
