/// Rows that an input of a plan gets from somewhere else, such as examples of a data set; see
/// ``Execution/feed(_:rows:from:)``.
///
/// ```swift
/// final class Zeros: RowSource {
///   override func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
///     target.initializeMemory(as: UInt8.self, repeating: 0)
///   }
/// }
/// ```
///
/// A class, and one that stays: handing it to other threads then allocates nothing.
open class RowSource {
  public init() {}

  /// Writes rows of the input one after the other, from the start of `target`, which they fill.
  /// Threads may ask for different rows at the same time.
  open func write(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) {}

  /// Whether ``write(_:columns:into:)`` is there, so that threads may bring columns of their own.
  open var writesColumns: Bool { false }

  /// Writes some columns of rows, counted over all axes but the first: `target` is as for whole rows, and what is not
  /// of these columns stays as it is. Threads may ask for different columns at the same time.
  open func write(
    _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) {}

  /// Where rows are bytes, what each counts: byte b stands for b times this factor, multiplied in the input's
  /// type. Then ``writeBytes(_:columns:into:)`` is there. By default nil.
  open var byteFactor: Double? { nil }

  /// Writes some columns of rows as bytes: `target` is as for numbers, and the bytes of a row begin where the
  /// number of its first column would. Nothing else of it changes. Threads may ask for different columns at the same time.
  open func writeBytes(
    _ rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) {}

  /// Says where rows will be read from, so that the engine can ask for that memory ahead: their
  /// addresses, as many as there are rows, and, returned, the bytes of each. By default 0: nothing to ask for.
  open func locate(
    _ rows: Range<Int>, _ addresses: UnsafeMutableBufferPointer<UnsafeRawPointer?>
  ) -> Int { 0 }
}

extension Execution {
  public func feed(_ index: Int, rows: Int, from source: RowSource) {
    withInput(index) { source.write(0..<rows, into: $0) }
  }
}
