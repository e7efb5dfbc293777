import CKernels

/// Brings the rows of an input into its memory, in pieces that threads may do at the same time. One
/// belongs to each execution.
///
/// Unsafe because C hands it back by its address; sound because the execution that owns it waits for
/// the step, and the target covers all rows.
final class RowFeed {
  private var source = RowSource()
  private var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var (rows, piece) = (0, 1)

  /// The step that writes all rows.
  ///
  /// - Parameter elements: of the whole input.
  func step(
    rows: Int, elements: Int, from source: RowSource, into target: UnsafeMutableRawBufferPointer
  ) -> apus_step {
    (self.source, self.rows, self.target) = (source, rows, target)
    let pieces = elements < 1 << 14 ? 1 : elements < 1 << 17 ? 2 : 8
    piece = max((rows + pieces - 1) / pieces + 15, 16) / 16 * 16
    var step = apus_step()
    step.extras = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    step.chunks = Int64((rows + piece - 1) / piece)
    step.work = Int64(elements / 8)
    step.kernel = { step, _, chunk, _ in
      guard let feed = step?.pointee.extras else { return }
      Unmanaged<RowFeed>.fromOpaque(feed).takeUnretainedValue().write(Int(chunk))
    }
    return step
  }

  private func write(_ chunk: Int) {
    let part = chunk * piece..<min((chunk + 1) * piece, rows)
    let stride = target.count / rows
    source.write(
      part,
      into: UnsafeMutableRawBufferPointer(
        rebasing: target[part.lowerBound * stride..<part.upperBound * stride]))
  }
}
