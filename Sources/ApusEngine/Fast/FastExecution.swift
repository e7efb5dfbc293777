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

  init(_ plan: FastPlan, _ variables: VariableStorage) throws {
    let scratchBytes =
      plan.scratchStride * plan.pool.threads + plan.copiesStart + plan.copiesBytes
    guard let arena = apus_aligned_alloc(Int64(plan.buffers.arenaBytes)) else {
      throw MemoryError(neededBytes: plan.buffers.arenaBytes, availableBytes: nil)
    }
    guard let scratch = apus_aligned_alloc(Int64(scratchBytes)) else {
      apus_aligned_free(arena)
      throw MemoryError(neededBytes: scratchBytes, availableBytes: nil)
    }
    (self.plan, self.variables, self.arena, self.scratch) = (plan, variables, arena, scratch)
    arena.initializeMemory(as: UInt8.self, repeating: 0, count: plan.buffers.arenaBytes)
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
    context.pointee.bases.5 = bytes(shared + plan.copiesStart)
    context.pointee.own_stride = Int64(plan.buffers.copies.byteCount)
    context.pointee.copies = 1
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
    if index == plan.fedInput, let source = rowFeed.source {
      stopFeeding()
      write(index, from: source)
    }
    // What is written here the other copies do not have.
    if plan.inputPlaces[index].base == Base.own { context.pointee.copies = 1 }
    return try body(memory(ofInput: index))
  }

  func run() throws {
    let code = apus_run(
      plan.steps, Int64(plan.stepCount), context, plan.pool.pool, Int32(plan.pool.threads))
    if rowFeed.source != nil { stopFeeding() }
    if code != APUS_OK { throw failure(code) }
  }

  func feed(_ index: Int, rows: Int, from source: RowSource) {
    precondition(
      rows == plan.inputs[index].shape.first,
      "Execution: input \(index) does not have \(rows) rows")
    if index == plan.fedInput {
      context.pointee.feed = rowFeed.duringRun(
        rowBytes: plan.inputs[index].byteCount / max(rows, 1), from: source)
    } else {
      write(index, from: source)
    }
  }

  /// Brings all rows of an input at once, into each copy that the next run will read.
  private func write(_ index: Int, from source: RowSource) {
    let shape = plan.inputs[index].shape
    let threads = Int32(plan.pool.threads)
    let copies = min(
      plan.copies(ofInput: index), Int(apus_next_threads(context, plan.pool.pool, threads)))
    var step = rowFeed.step(
      rows: shape.first ?? 1, elements: shape.reduce(1, *), copies: copies,
      stride: plan.buffers.copies.byteCount, from: source, into: memory(ofInput: index))
    apus_run_before(&step, context, plan.pool.pool, threads)
    rowFeed.stepDidEnd()
    if plan.inputPlaces[index].base == Base.own { context.pointee.copies = Int64(copies) }
  }

  private func stopFeeding() {
    context.pointee.feed = apus_feed()
    rowFeed.source = nil
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
