import CKernels
import Testing

/// Rows of a data set as a batch.
struct RowsTests {
  /// Some that lie anywhere, then some that follow each other.
  private let index = (0..<33).map { Int32(($0 * 17) % 50) } + (20..<31).map { Int32($0) }

  /// Columns `range` of the batch; the others stay -1.
  private func gather<S, D: Equatable>(
    _ source: [S], cols: Int, _ types: (apus_dtype, apus_dtype), fresh: D, columns: Range<Int>,
    level: apus_level, _ set: (inout apus_rows) -> Void
  ) -> [D] {
    var result = [D](repeating: fresh, count: index.count * cols)
    var rows = apus_rows()
    (rows.cols, rows.count, rows.factor_all) = (Int64(cols), Int64(index.count), 1)
    (rows.in_dtype, rows.out_dtype) = types
    set(&rows)
    let isDone = source.withUnsafeBytes { source in
      index.withUnsafeBufferPointer { index in
        result.withUnsafeMutableBytes { target in
          rows.in = source.baseAddress
          rows.index = index.baseAddress
          rows.out = target.baseAddress
          // Of later rows nothing is written.
          (rows.next, rows.next_count) = (index.baseAddress, 20)
          return apus_rows_gather(
            &rows, Int64(columns.lowerBound), Int64(columns.upperBound), level)
        }
      }
    }
    #expect(isDone == 1)
    return result
  }

  private func expected<D>(_ cols: Int, _ columns: Range<Int>, fresh: D, _ value: (Int, Int) -> D)
    -> [D]
  {
    index.flatMap { row in
      (0..<cols).map { columns.contains($0) ? value(Int(row), $0) : fresh }
    }
  }

  /// Bytes as they are, from where the first column's number would begin; nothing beside them is written.
  @Test func bytesInPlaceOfNumbers() {
    let (cols, columns) = (30, 7..<29)
    let source = (0..<(50 * cols)).map { UInt8(truncatingIfNeeded: $0 * 31) }
    for (type, size) in [(APUS_F32, 4), (APUS_F64, 8)] {
      var result = [UInt8](repeating: 200, count: index.count * cols * size)
      var rows = apus_rows()
      (rows.cols, rows.count) = (Int64(cols), Int64(index.count))
      (rows.in_dtype, rows.out_dtype) = (APUS_U8, type)
      source.withUnsafeBytes { source in
        index.withUnsafeBufferPointer { index in
          result.withUnsafeMutableBytes { target in
            (rows.in, rows.index, rows.out) = (
              source.baseAddress, index.baseAddress, target.baseAddress
            )
            #expect(apus_rows_gather_bytes(&rows, 7, 29) == 1)
            rows.in_dtype = APUS_F32
            #expect(apus_rows_gather_bytes(&rows, 7, 29) == 0)
          }
        }
      }
      for place in result.indices {
        let (row, rest) = (place / (cols * size), place % (cols * size) - 7 * size)
        let isWritten = (0..<columns.count).contains(rest)
        let expected = isWritten ? source[Int(index[row]) * cols + 7 + rest] : 200
        #expect(result[place] == expected)
      }
    }
  }

  @Test(arguments: [1, 3, 8, 30, 784]) func bytes(cols: Int) {
    let source = (0..<(50 * cols)).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let (factor, offset): ([Float], [Float]) = (numbers(cols, seed: 1), numbers(cols, seed: 2))
    let columns = cols / 3..<cols
    for level in levels {
      let scaled: [Float] = factor.withUnsafeBytes { factor in
        offset.withUnsafeBytes { offset in
          gather(
            source, cols: cols, (APUS_U8, APUS_F32), fresh: -1, columns: columns, level: level
          ) { ($0.factor, $0.offset) = (factor.baseAddress, offset.baseAddress) }
        }
      }
      #expect(
        scaled
          == expected(cols, columns, fresh: -1) {
            (Float(source[$0 * cols + $1]) - offset[$1]) * factor[$1]
          })
      let all: [Double] = gather(
        source, cols: cols, (APUS_U8, APUS_F64), fresh: -1, columns: 0..<cols, level: level
      ) { $0.factor_all = 1 / 255 }
      #expect(
        all == expected(cols, 0..<cols, fresh: -1) { Double(source[$0 * cols + $1]) * (1 / 255) })
    }
  }

  @Test func numbersAreComputedInDoubleAndMissingOnesFilled() {
    let cols = 5
    var source: [Float] = numbers(50 * cols, seed: 3)
    source[17 * cols + 2] = .nan
    let (factor, offset, fill): ([Double], [Double], [Double]) = (
      numbers(cols, seed: 4), numbers(cols, seed: 5), numbers(cols, seed: 6)
    )
    for level in levels {
      let result: [Float] = factor.withUnsafeBytes { factor in
        offset.withUnsafeBytes { offset in
          fill.withUnsafeBufferPointer { fill in
            gather(
              source, cols: cols, (APUS_F32, APUS_F32), fresh: -1, columns: 0..<cols, level: level
            ) {
              ($0.factor, $0.offset) = (factor.baseAddress, offset.baseAddress)
              $0.fill = fill.baseAddress
            }
          }
        }
      }
      #expect(
        result
          == expected(cols, 0..<cols, fresh: -1) { row, column in
            let x = Double(source[row * cols + column])
            return Float(((x.isNaN ? fill[column] : x) - offset[column]) * factor[column])
          })
    }
  }

  @Test func labels() {
    let whole = (0..<50).map { Int32($0 * 3 - 40) }
    let bytes = (0..<50).map { UInt8($0) }
    let level = apus_cpu_level()
    let a: [Int32] = gather(
      whole, cols: 1, (APUS_I32, APUS_I32), fresh: -1, columns: 0..<1, level: level
    ) { _ in }
    #expect(a == index.map { whole[Int($0)] })
    let b: [Int32] = gather(
      bytes, cols: 1, (APUS_U8, APUS_I32), fresh: -1, columns: 0..<1, level: level
    ) { _ in }
    #expect(b == index)
    var none = apus_rows()
    (none.in_dtype, none.out_dtype) = (APUS_F32, APUS_I32)
    #expect(apus_rows_gather(&none, 0, 0, level) == 0)
  }
}
