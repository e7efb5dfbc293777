import CKernels

/// Memory that the descriptions of a plan's steps live in, at addresses that do not move.
///
/// Unsafe because steps point into it; sound because the plan that runs the steps owns it, writes
/// nothing after lowering, and the descriptions are trivial C structs.
package final class PlanBlock: @unchecked Sendable {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var objects: [AnyObject] = []

  /// Copies a description to where it stays.
  package func keep<T: BitwiseCopyable>(_ value: T) -> UnsafeMutablePointer<T> {
    keep([value])
  }

  func keep<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let bytes = max(values.count, 1) * MemoryLayout<T>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    blocks.append(block)
    let typed = block.bindMemory(to: T.self, capacity: max(values.count, 1))
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { typed.initialize(from: start, count: source.count) }
    }
    return typed
  }

  /// Keeps an object alive as long as the plan, and gives the address that a step may hold.
  package func keep(_ object: AnyObject) -> UnsafeMutableRawPointer {
    objects.append(object)
    return Unmanaged.passUnretained(object).toOpaque()
  }

  deinit {
    for block in blocks { block.deallocate() }
  }
}
