import ApusGraph
import CKernels

/// A step that calls an op's reference kernel: for ops of users, and for types that have no loop.
/// It allocates.
///
/// Unsafe because C calls it with raw pointers; sound because the plan owns the box, and the
/// context's addresses are those that the plan's memory was laid out for.
final class FallbackStep: Sendable {
  private let kernel: any ReferenceKernel
  private let inputs: [FallbackOperand]
  private let output: FallbackOperand
  private let type: TensorType

  init(_ kernel: any ReferenceKernel, _ inputs: [Operand], _ output: Operand, _ type: TensorType) {
    self.kernel = kernel
    self.inputs = inputs.map(FallbackOperand.init)
    self.output = FallbackOperand(output)
    self.type = type
  }

  /// The step; `block` keeps the box alive.
  func step(in block: PlanBlock) -> apus_step {
    var step = apus_step()
    step.kernel = { step, context, _, _ in
      guard let step, let context, let extras = step.pointee.extras else { return }
      Unmanaged<FallbackStep>.fromOpaque(extras).takeUnretainedValue().run(step, context)
    }
    step.extras = UnsafeRawPointer(block.keep(self))
    step.chunks = 1
    step.work = 1000
    return step
  }

  private func run(_ step: UnsafePointer<apus_step>, _ context: UnsafeMutablePointer<apus_context>)
  {
    do {
      let result = try kernel.evaluate(inputs.map { $0.read(context) }, type)
      output.write(result, context)
    } catch {
      ErrorSlot.of(context).error = error
      apus_fail(context, step, FallbackStep.failure, 0)
    }
  }

  /// The number under which a run reports that ``ErrorSlot`` holds the error.
  static let failure = apus_error(rawValue: 1000)
}

/// Where a value lies, as a Sendable value.
private struct FallbackOperand {
  let base: Int32
  let offset: Int64
  let shape: [Int]
  let dtype: DType

  init(_ operand: Operand) {
    (base, offset) = (operand.place.base, operand.place.offset)
    (shape, dtype) = (operand.shape, operand.dtype)
  }

  func read(_ context: UnsafeMutablePointer<apus_context>) -> TensorData {
    var data = TensorData(zeros: shape, dtype: dtype)
    let source = UnsafeRawBufferPointer(
      start: apus_address(context, apus_place_at(base, offset)), count: data.byteCount)
    data.withUnsafeMutableBytes { $0.copyMemory(from: source) }
    return data
  }

  func write(_ data: TensorData, _ context: UnsafeMutablePointer<apus_context>) {
    let target = UnsafeMutableRawBufferPointer(
      start: apus_address(context, apus_place_at(base, offset)), count: data.byteCount)
    data.withUnsafeBytes { target.copyMemory(from: $0) }
  }
}

/// Where a fallback step leaves the error that a kernel threw. One belongs to each execution.
final class ErrorSlot {
  var error: (any Error)?

  static func of(_ context: UnsafeMutablePointer<apus_context>) -> ErrorSlot {
    let address = apus_address(context, apus_place_at(Base.errors, 0))!
    return Unmanaged<ErrorSlot>.fromOpaque(UnsafeRawPointer(address)).takeUnretainedValue()
  }
}
