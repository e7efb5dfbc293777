/// Consecutive stages that become one step, so that threads meet once for all of them.
struct Section {
  enum Kind {
    /// A stage by itself.
    case single
    /// Block by block of rows; see ``RowBlocks``.
    case blockwise(RowCut)
    /// Side by side: none reads what another writes.
    case parallel
  }

  var kind: Kind
  var stages: Range<Int>
}

/// How rows are cut into blocks.
struct RowCut: Equatable {
  var rows: Int
  /// Of each block; the last one may have fewer.
  var block: Int
}
