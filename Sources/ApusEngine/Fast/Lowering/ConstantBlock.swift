import ApusGraph
import CKernels

/// The numbers of a plan that never change, in one block that all its executions share.
///
/// `@unchecked Sendable`: written only by the initializer.
final class ConstantBlock: @unchecked Sendable {
  let byteCount: Int
  let base: UnsafeMutableRawPointer
  private let offsets: [Int: Int]

  init(_ table: ValueTable) throws {
    var offsets: [Int: Int] = [:]
    var end = 0
    for index in table.counts.indices where table.isNeeded[index] {
      guard ConstantBlock.value(of: table.node(index)) != nil else { continue }
      let size = table.byteCount(index)
      let alignment = size < 64 ? 16 : 64
      offsets[index] = (end + alignment - 1) / alignment * alignment
      end = offsets[index]! + size
    }
    guard let base = apus_aligned_alloc(Int64(end)) else {
      throw MemoryError(neededBytes: end, availableBytes: nil)
    }
    (self.offsets, self.base, byteCount) = (offsets, base, end)
    for (index, offset) in offsets {
      guard let data = ConstantBlock.value(of: table.node(index)) else { continue }
      data.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(start: base + offset, count: $0.count).copyMemory(from: $0)
      }
    }
  }

  deinit { apus_aligned_free(base) }

  func offset(of value: Int) -> Int? { offsets[value] }

  private static func value(of node: Node) -> TensorData? {
    switch node.op {
    case let op as Constant: op.data
    case let op as Literal: TensorData(doubles: [op.value], shape: [], dtype: op.dtype)
    default: nil
    }
  }
}
