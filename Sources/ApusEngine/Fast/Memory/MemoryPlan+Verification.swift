import ApusGraph

extension MemoryPlan {
  /// Checks that no two buffers that are alive at once overlap, but for one that takes over the
  /// other's bytes in place at its last use.
  func verify(_ schedule: Schedule) throws {
    // Sweeps over the stages with the live buffers ordered by offset.
    var live: [Buffer] = []
    for buffer in buffers.sorted(by: { $0.first < $1.first }) {
      live.removeAll { $0.last < buffer.first }
      let end = buffer.offset + buffer.byteCount
      for other in live where other.offset < end && buffer.offset < other.offset + other.byteCount {
        let isTakenOver = buffer.takesOver.map { buffers[$0] == other } ?? false
        guard isTakenOver, other.last == buffer.first else {
          throw VerificationError(
            node: NodeID(schedule.node(of: buffer.value)),
            rule: "its buffer overlaps that of \(NodeID(schedule.node(of: other.value)))")
        }
      }
      live.append(buffer)
    }
  }
}
