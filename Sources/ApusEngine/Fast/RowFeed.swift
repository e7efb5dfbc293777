import CKernels

/// Brings the rows of inputs: before a run, in pieces that threads may do at the same time, or while it
/// runs, when the steps ask for them. One belongs to each execution.
///
/// Unsafe because C hands it back by its address; sound because the execution that owns it waits for
/// the steps, and rows stay inside the memory of an input, of its copies or of a block.
final class RowFeed {
  /// Of the input that comes while the plan runs; nil when none does.
  var source: RowSource?
  private var rowBytes = 0

  /// What steps call for rows of their blocks, from now on until `source` is set to nil.
  func duringRun(rowBytes: Int, from source: RowSource) -> apus_feed {
    (self.source, self.rowBytes) = (source, rowBytes)
    var feed = apus_feed()
    feed.source = Unmanaged.passUnretained(self).toOpaque()
    feed.write = { feed, first, end, to in
      guard let feed else { return }
      let own = Unmanaged<RowFeed>.fromOpaque(feed).takeUnretainedValue()
      let rows = Int(first)..<Int(end)
      own.source?.write(
        rows, into: UnsafeMutableRawBufferPointer(start: to, count: rows.count * own.rowBytes))
    }
    feed.locate = { feed, first, end, addresses in
      guard let feed else { return 0 }
      let own = Unmanaged<RowFeed>.fromOpaque(feed).takeUnretainedValue()
      let rows = Int(first)..<Int(end)
      let found = own.source?.locate(
        rows, UnsafeMutableBufferPointer(start: addresses, count: rows.count))
      return Int64(found ?? 0)
    }
    return feed
  }

  private var pieces = Pieces()
  /// So much work that the pool gives a thread to each copy.
  private static let workOfCopy = 4000

  /// What the step that writes all rows at once is about.
  private struct Pieces {
    var source: RowSource?
    /// The first copy.
    var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// Rows in all, and of a piece.
    var (rows, count) = (0, 1)
    var (perCopy, stride) = (1, 0)
  }

  /// The step that writes all rows of an input, into each copy if there are several: then each
  /// thread brings its own.
  ///
  /// - Parameters:
  ///   - elements: of the whole input.
  ///   - copies: how many there are, `stride` bytes apart.
  ///   - target: the first copy.
  func step(
    rows: Int, elements: Int, copies: Int, stride: Int, from source: RowSource,
    into target: UnsafeMutableRawBufferPointer
  ) -> apus_step {
    let fewest = copies > 1 || elements < 1 << 14 ? 1 : elements < 1 << 17 ? 2 : 8
    let count = copies > 1 ? max(rows, 1) : max((rows + fewest - 1) / fewest + 15, 16) / 16 * 16
    let perCopy = (rows + count - 1) / count
    pieces = Pieces(
      source: source, target: target, rows: rows, count: count, perCopy: perCopy, stride: stride)
    var step = apus_step()
    step.extras = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    step.chunks = Int64(copies * perCopy)
    step.work = Int64(copies > 1 ? copies * Self.workOfCopy : elements / 8)
    step.kernel = { step, _, chunk, _ in
      guard let feed = step?.pointee.extras else { return }
      Unmanaged<RowFeed>.fromOpaque(feed).takeUnretainedValue().write(Int(chunk))
    }
    return step
  }

  /// Lets go of the source.
  func stepDidEnd() { pieces = Pieces() }

  private func write(_ chunk: Int) {
    guard let first = pieces.target.baseAddress else { return }
    let (copy, at) = (chunk / pieces.perCopy, chunk % pieces.perCopy)
    let part = at * pieces.count..<min((at + 1) * pieces.count, pieces.rows)
    let row = pieces.target.count / pieces.rows
    pieces.source?.write(
      part,
      into: UnsafeMutableRawBufferPointer(
        start: first + copy * pieces.stride + part.lowerBound * row, count: part.count * row))
  }
}
