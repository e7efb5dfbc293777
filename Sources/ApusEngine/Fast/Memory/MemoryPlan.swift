import ApusGraph

/// Where every value of a plan lives, as data that tests can read.
package struct MemoryPlan: Sendable {
  /// A stretch of the arena that holds one value from the section that writes it to the last that
  /// reads it.
  package struct Buffer: Hashable, Sendable {
    package var value: Int
    package var offset: Int
    package var byteCount: Int
    /// Positions of sections; −1 for inputs.
    package var first: Int
    package var last: Int
    /// The buffer whose bytes it takes over in place, if any.
    package var takesOver: Int?
  }

  package internal(set) var buffers: [Buffer] = []
  package internal(set) var arenaBytes = 0
  /// Of the section that runs block by block, if there is one.
  var blocks = BlockMemory.none

  /// Inputs and small values share cache lines; larger ones start a line of their own.
  static func aligned(_ byteCount: Int) -> Int {
    byteCount < 64 ? (max(byteCount, 1) + 15) / 16 * 16 : (byteCount + 63) / 64 * 64
  }
}

/// Gives values their offsets: walks the sections, takes the first gap that is large enough, frees
/// what nobody reads any more. Within a section nothing is freed or taken over: its stages run at the same time.
struct MemoryPlanner {
  let schedule: Schedule
  private let table: ValueTable
  private var plan = MemoryPlan()
  private var gaps = GapList()
  /// The buffer that each value still owns.
  private var bufferOf: [Int?]
  private var offsets: [Int?]
  private var lastUse: [Int]

  init(_ schedule: Schedule) {
    self.schedule = schedule
    table = schedule.table
    let count = table.counts.count + schedule.copies.count
    bufferOf = Array(repeating: nil, count: count)
    offsets = Array(repeating: nil, count: count)
    lastUse = Array(repeating: -1, count: count)
    for (position, section) in schedule.sections.enumerated() {
      for stage in schedule.stages[section.stages] {
        for value in stage.reads + stage.writes { lastUse[value] = position }
      }
      // The end of the product before it runs here, with what it reads.
      if case .blockwise(_, joins: true) = section.kind, section.stages.lowerBound > 0 {
        for value in schedule.stages[section.stages.lowerBound - 1].reads {
          lastUse[value] = position
        }
      }
    }
    for output in schedule.outputs { lastUse[output] = .max }
    for input in table.program.inputs { lastUse[input.id.index] = .max }
  }

  /// The plan, and the offset of each value that has one.
  mutating func run() -> (MemoryPlan, [Int?]) {
    for input in table.program.inputs { place(input.id.index, first: -1) }
    for (position, section) in schedule.sections.enumerated() {
      let stages = schedule.stages[section.stages]
      if case .blockwise(let cut, _) = section.kind { placeBlocks(stages, cut, at: position) }
      for stage in stages {
        for value in stage.writes where isInArena(value) {
          if stages.count > 1 || !takeOver(value, in: stage, at: position) {
            place(value, first: position)
          }
        }
      }
      for stage in stages { release(stage, at: position) }
    }
    plan.arenaBytes = gaps.end
    return (plan, offsets)
  }

  private func isInArena(_ value: Int) -> Bool {
    schedule.variableOf[value] == nil && !plan.blocks.holds(value)
  }

  private mutating func placeBlocks(
    _ stages: ArraySlice<Stage>, _ cut: RowCut, at position: Int
  ) {
    // A sum over rows is whole when all blocks are done.
    let sums = Set(stages.filter(\.sumsRows).flatMap(\.writes))
    plan.blocks = BlockMemory(
      stages, cut, fed: schedule.fedInput,
      isLocal: { schedule.variableOf[$0] == nil && !sums.contains($0) && lastUse[$0] == position },
      byteCount: byteCount)
  }

  private func byteCount(_ value: Int) -> Int { table.byteCount(schedule.node(of: value)) }

  private mutating func place(_ value: Int, first: Int) {
    let size = MemoryPlan.aligned(byteCount(value))
    let offset = gaps.take(size, alignment: size < 64 ? 16 : 64)
    add(value, offset, first, nil)
  }

  private mutating func add(_ value: Int, _ offset: Int, _ first: Int, _ takesOver: Int?) {
    bufferOf[value] = plan.buffers.count
    offsets[value] = offset
    plan.buffers.append(
      MemoryPlan.Buffer(
        value: value, offset: offset, byteCount: byteCount(value), first: first,
        last: lastUse[value], takesOver: takesOver))
  }

  /// Lets a value take the bytes of an operand that nobody reads after this stage.
  private mutating func takeOver(_ value: Int, in stage: Stage, at position: Int) -> Bool {
    guard case .tile(let group) = stage.work else { return false }
    for old in stage.reads
    where lastUse[old] == position && byteCount(old) == byteCount(value)
      && group.canOverwrite(old, with: value, table)
    {
      guard let buffer = bufferOf[old] else { continue }
      add(value, plan.buffers[buffer].offset, position, buffer)
      // Taken: nobody frees it or takes it again.
      bufferOf[old] = nil
      return true
    }
    return false
  }

  private mutating func release(_ stage: Stage, at position: Int) {
    for value in stage.reads + stage.writes where lastUse[value] == position {
      guard let buffer = bufferOf[value] else { continue }
      gaps.give(
        plan.buffers[buffer].offset, MemoryPlan.aligned(plan.buffers[buffer].byteCount))
      lastUse[value] = -1
    }
  }
}

/// The free stretches of an arena that grows at its end.
struct GapList {
  /// By offset; never adjacent.
  private var gaps: [Range<Int>] = []
  private(set) var end = 0

  mutating func take(_ size: Int, alignment: Int) -> Int {
    for (index, gap) in gaps.enumerated() {
      let offset = (gap.lowerBound + alignment - 1) / alignment * alignment
      guard offset + size <= gap.upperBound else { continue }
      var rest: [Range<Int>] = []
      if gap.lowerBound < offset { rest.append(gap.lowerBound..<offset) }
      if offset + size < gap.upperBound { rest.append((offset + size)..<gap.upperBound) }
      gaps.replaceSubrange(index...index, with: rest)
      return offset
    }
    let offset = (end + alignment - 1) / alignment * alignment
    if end < offset { give(end, offset - end) }
    end = offset + size
    return offset
  }

  mutating func give(_ offset: Int, _ size: Int) {
    var (low, high) = (0, gaps.count)
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].lowerBound < offset { low = middle + 1 } else { high = middle }
    }
    gaps.insert(offset..<(offset + size), at: low)
    if low + 1 < gaps.count, gaps[low].upperBound == gaps[low + 1].lowerBound {
      gaps[low] = gaps[low].lowerBound..<gaps[low + 1].upperBound
      gaps.remove(at: low + 1)
    }
    if low > 0, gaps[low - 1].upperBound == gaps[low].lowerBound {
      gaps[low - 1] = gaps[low - 1].lowerBound..<gaps[low].upperBound
      gaps.remove(at: low)
    }
  }
}
