/// Consecutive stages that become one step, so that threads meet once for all of them.
struct Section {
  enum Kind {
    /// A stage by itself.
    case single
    /// Block by block of rows; see ``RowBlocks``. `joins`: with the end of the product before it, whose sums are cut.
    case blockwise(RowCut, joins: Bool)
    /// Side by side: chains of so many stages, none of which reads what another chain writes.
    case parallel(chains: [Int])
  }

  var kind: Kind
  var stages: Range<Int>

  /// The stages that chains begin with.
  var chainStarts: Set<Int> {
    guard case .parallel(let chains) = kind else { return [] }
    var start = stages.lowerBound
    return Set(
      chains.map { count in
        defer { start += count }
        return start
      })
  }
}

/// How rows are cut into blocks.
struct RowCut: Equatable {
  var rows: Int
  /// Of each block; the last one may have fewer.
  var block: Int
}
