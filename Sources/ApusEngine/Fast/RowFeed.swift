import ApusGraph
import CKernels

/// Brings the rows of inputs: before a run, in pieces that threads may do at the same time, or while it
/// runs, when the steps ask for them. One belongs to each execution.
///
/// Unsafe because C hands it back by its address; sound because the execution that owns it waits for
/// the steps, and rows stay inside the memory of an input or of a block.
final class RowFeed {
  /// Of the input that comes while the plan runs; nil when none does.
  var source: RowSource? {
    didSet { lent = source.map(Unmanaged.passUnretained) }
  }
  private var lent: Unmanaged<RowSource>?
  private var rowBytes = 0
  /// Of the input that comes by columns.
  private var rowsOfColumns = 0
  private var columnTarget = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// The numbers of bytes, and what each byte counts.
  private var (table, byteFactor): (UnsafeMutableRawPointer?, Double) = (nil, 0)

  deinit { table?.deallocate() }

  /// What steps call for rows of their blocks, from now on until `source` is set to nil.
  func duringRun(rowBytes: Int, from source: RowSource) -> apus_feed {
    (self.source, self.rowBytes) = (source, rowBytes)
    var feed = apus_feed()
    feed.source = Unmanaged.passUnretained(self).toOpaque()
    feed.write = { feed, first, end, to in
      RowFeed.lend(feed) { own, source in
        let rows = Int(first)..<Int(end)
        source.write(
          rows, into: UnsafeMutableRawBufferPointer(start: to, count: rows.count * own.rowBytes))
      }
    }
    feed.locate = { feed, first, end, addresses in
      let found = RowFeed.lend(feed) { _, source in
        let rows = Int(first)..<Int(end)
        return source.locate(
          rows, UnsafeMutableBufferPointer(start: addresses, count: rows.count))
      }
      return Int64(found ?? 0)
    }
    return feed
  }

  /// The same for an input that comes by columns into memory that holds all of it.
  ///
  /// - Parameter dtype: of the input, when bytes may come in its place.
  func duringRun(
    rows: Int, columnsInto target: UnsafeMutableRawBufferPointer, bytesFor dtype: DType?,
    from source: RowSource
  ) -> apus_feed {
    self.source = source
    (rowsOfColumns, columnTarget) = (rows, target)
    var feed = apus_feed()
    feed.source = Unmanaged.passUnretained(self).toOpaque()
    feed.write_columns = { feed, first, end in
      RowFeed.lend(feed) { own, source in
        source.write(
          0..<own.rowsOfColumns, columns: Int(first)..<Int(end), into: own.columnTarget)
      }
    }
    if let dtype, let factor = source.byteFactor, let table = numbers(of: dtype, factor) {
      feed.table = UnsafeRawPointer(table)
      feed.write_bytes = { feed, first, end in
        RowFeed.lend(feed) { own, source in
          source.writeBytes(
            0..<own.rowsOfColumns, columns: Int(first)..<Int(end), into: own.columnTarget)
        }
      }
    }
    return feed
  }

  /// Lends the feed that C has handed back, and its source. No reference is counted: threads would pass
  /// the counts back and forth.
  @discardableResult
  private static func lend<R>(
    _ feed: UnsafeMutableRawPointer?, _ body: (RowFeed, RowSource) -> R
  ) -> R? {
    guard let feed else { return nil }
    return Unmanaged<RowFeed>.fromOpaque(feed)._withUnsafeGuaranteedRef { own in
      own.lent?._withUnsafeGuaranteedRef { body(own, $0) }
    }
  }

  /// What each byte stands for; nil where that of byte 0 is not 0.
  private func numbers(of dtype: DType, _ factor: Double) -> UnsafeMutableRawPointer? {
    guard factor.isFinite, dtype == .float64 || Float(factor).isFinite else { return nil }
    if let table, factor == byteFactor { return table }
    let numbers = table ?? .allocate(byteCount: 256 * 8, alignment: 64)
    for byte in 0..<256 {
      switch dtype {
      case .float32:
        numbers.storeBytes(of: Float(byte) * Float(factor), toByteOffset: 4 * byte, as: Float.self)
      case .float64:
        numbers.storeBytes(of: Double(byte) * factor, toByteOffset: 8 * byte, as: Double.self)
      default: preconditionFailure("RowFeed: no table of \(dtype)")
      }
    }
    (table, byteFactor) = (numbers, factor)
    return numbers
  }

  private var pieces = Pieces()

  /// What is written from all rows of a source.
  private struct Pieces {
    var source: RowSource?
    var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// Rows in all, and of a piece.
    var (rows, count) = (0, 1)
  }

  /// The step that writes all rows of an input, some at a time.
  ///
  /// - Parameter elements: of the whole input.
  func step(
    rows: Int, elements: Int, from source: RowSource, into target: UnsafeMutableRawBufferPointer
  ) -> apus_step {
    let fewest = elements < 1 << 14 ? 1 : elements < 1 << 17 ? 2 : 8
    let count = max((rows + fewest - 1) / fewest + 15, 16) / 16 * 16
    pieces = Pieces(source: source, target: target, rows: rows, count: count)
    var step = apus_step()
    step.extras = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    step.chunks = Int64((rows + count - 1) / count)
    step.work = Int64(elements / 8)
    step.kernel = { step, _, chunk, _ in
      guard let feed = step?.pointee.extras else { return }
      Unmanaged<RowFeed>.fromOpaque(feed).takeUnretainedValue().write(Int(chunk))
    }
    return step
  }

  /// Lets go of the source.
  func stepDidEnd() { pieces = Pieces() }

  private func write(_ chunk: Int) {
    let part = chunk * pieces.count..<min((chunk + 1) * pieces.count, pieces.rows)
    let row = pieces.target.count / pieces.rows
    pieces.source?.write(
      part,
      into: UnsafeMutableRawBufferPointer(
        rebasing: pieces.target[part.lowerBound * row..<part.upperBound * row]))
  }
}
