/// Copies a matrix [rows, columns] to memory of the same size as [columns, rows].
///
/// In squares, because on one side each number lies in another cache line: those of a square stay at hand
/// until all their numbers are used.
///
/// - Parameter elementBytes: of one number: 1, 2, 4 or 8.
func copyExchangingAxes(
  from source: UnsafeRawPointer, rows: Int, columns: Int, elementBytes: Int,
  to target: UnsafeMutableRawPointer
) {
  func copy<Bits: FixedWidthInteger>(_: Bits.Type) {
    let from = source.assumingMemoryBound(to: Bits.self)
    let to = target.assumingMemoryBound(to: Bits.self)
    let side = 16
    for firstRow in stride(from: 0, to: rows, by: side) {
      let lastRow = min(firstRow + side, rows)
      for firstColumn in stride(from: 0, to: columns, by: side) {
        for column in firstColumn..<min(firstColumn + side, columns) {
          for row in firstRow..<lastRow {
            to[column &* rows &+ row] = from[row &* columns &+ column]
          }
        }
      }
    }
  }
  switch elementBytes {
  case 1: copy(UInt8.self)
  case 2: copy(UInt16.self)
  case 4: copy(UInt32.self)
  default: copy(UInt64.self)
  }
}
