import CKernels

/// Where values lie that live only while a block of rows does: in memory of the thread that runs the
/// block, so that they stay in its cache. See ``RowBlocks``.
struct BlockMemory {
  /// Bytes of a row, for each base; see `apus_together`.
  private(set) var widths: [Int] = []
  private(set) var byteCount = 0
  /// The input that is brought block by block, with the bytes of a row.
  private(set) var fed: (input: Int, width: Int)?
  private var places: [Int: apus_place] = [:]

  static let none = BlockMemory()

  private init() {}

  /// - Parameters:
  ///   - stages: those that run block by block, in order.
  ///   - fed: the input that is brought block by block.
  ///   - isLocal: whether nobody else reads a value.
  ///   - byteCount: of the whole value.
  init(
    _ stages: ArraySlice<Stage>, _ cut: RowCut, fed: Int?, isLocal: (Int) -> Bool,
    byteCount: (Int) -> Int
  ) {
    var lastUse: [Int: Int] = [:]
    for (position, stage) in stages.enumerated() {
      for value in stage.reads + stage.writes { lastUse[value] = position }
    }
    var gaps = GapList()
    if let fed {
      let width = byteCount(fed) / cut.rows
      let offset = gaps.take(MemoryPlan.aligned(width * cut.block), alignment: 64)
      places[fed] = apus_place_at(Self.base(APUS_BLOCK_BASES - 1), Int64(offset))
      self.fed = (fed, width)
    }
    for (position, stage) in stages.enumerated() {
      for value in stage.writes where isLocal(value) && byteCount(value) % cut.rows == 0 {
        let width = byteCount(value) / cut.rows
        guard let base = base(for: width) else { continue }
        let offset = gaps.take(MemoryPlan.aligned(width * cut.block), alignment: 64)
        places[value] = apus_place_at(base, Int64(offset))
      }
      for value in Set(stage.reads + stage.writes) where lastUse[value] == position {
        guard let place = places[value] else { continue }
        let width = byteCount(value) / cut.rows
        gaps.give(Int(place.offset), MemoryPlan.aligned(width * cut.block))
      }
    }
    self.byteCount = gaps.end
  }

  func place(of value: Int) -> apus_place? { places[value] }

  func holds(_ value: Int) -> Bool { places[value] != nil }

  /// nil when there are too many widths.
  private mutating func base(for width: Int) -> Int32? {
    if let known = widths.firstIndex(of: width) { return Self.base(Int32(known)) }
    // The last base is for what is fed.
    guard widths.count < Int(APUS_BLOCK_BASES) - 1 else { return nil }
    widths.append(width)
    return Self.base(Int32(widths.count - 1))
  }

  private static func base(_ index: Int32) -> Int32 { APUS_BASES - APUS_BLOCK_BASES + index }
}
