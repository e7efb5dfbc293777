import ApusGraph

/// The stages of a plan in order, and which values live in variables.
struct Schedule {
  let table: ValueTable
  private(set) var stages: [Stage] = []
  /// Which stages become one step; together all of them, in order.
  private(set) var sections: [Section] = []
  /// The input whose rows come block by block, to memory of the thread; see ``RowBlocks``.
  private(set) var fedInput: Int?
  /// The variable that a value is written into directly.
  private(set) var variableOf: [Int: Int] = [:]
  /// The value that holds each output of the program, in order.
  private(set) var outputs: [Int] = []
  /// The value that each copy the planner added stands for; numbered after the nodes.
  private(set) var copies: [Int] = []
  /// The stage that computes each value.
  private var producer: [Int?] = []

  /// - Parameters:
  ///   - threads: at most so many will run the plan; no result depends on it.
  ///   - isFused: whether a product is computed by our own loops.
  init(_ fusion: Fusion, threads: Int, isFused: @escaping (ProductShape, DType) -> Bool) {
    table = fusion.table
    makeStages(fusion)
    placeUpdates()
    placeOutputs()
    let order = stages.indices.sorted { (stages[$0].time, $0) < (stages[$1].time, $1) }
    stages = order.map { stages[$0] }
    join(threads, isFused)
  }

  /// The node whose type a value has.
  func node(of value: Int) -> Int {
    value < table.counts.count ? value : copies[value - table.counts.count]
  }

  private mutating func makeStages(_ fusion: Fusion) {
    producer = Array(repeating: nil, count: table.counts.count)
    let isWritten = writtenValues(fusion)
    for group in fusion.groups.compactMap({ $0 }) {
      append(tileStage(group, fusion, isWritten))
    }
    let absorbed = Set(fusion.groups.compactMap { $0?.product })
    for index in table.counts.indices where table.isNeeded[index] && !absorbed.contains(index) {
      if case .leaf = table.roles[index] { continue }
      if case .alias = table.roles[index] { continue }
      guard fusion.groupOf[index] == nil else { continue }
      append(
        Stage(
          work: .kernel(index), time: fusion.time(of: index),
          reads: unique(table.operands[index].map(\.value)), writes: [index]))
    }
  }

  private mutating func append(_ stage: Stage) {
    for value in stage.writes where value < producer.count { producer[value] = stages.count }
    stages.append(stage)
  }

  private func tileStage(_ group: TileGroup, _ fusion: Fusion, _ isWritten: [Bool]) -> Stage {
    var reads: [Int] = []
    for node in group.nodes {
      for operand in table.operands[node]
      where group.kinds[operand.value] == nil && operand.value != group.product {
        reads.append(operand.value)
      }
    }
    if let product = group.product { reads += table.operands[product].map(\.value) }
    return Stage(
      work: .tile(group), time: group.time, reads: unique(reads),
      writes: group.nodes.filter { isWritten[$0] })
  }

  /// Whether a value in a group is read outside it.
  private func writtenValues(_ fusion: Fusion) -> [Bool] {
    var isWritten = [Bool](repeating: false, count: table.counts.count)
    for root in table.program.roots { isWritten[table.roots[root.index]] = true }
    for index in table.counts.indices where table.isNeeded[index] {
      for operand in table.operands[index]
      where fusion.groupOf[index] == nil || fusion.groupOf[operand.value] != fusion.groupOf[index] {
        isWritten[operand.value] = true
      }
    }
    return isWritten
  }

  private func unique(_ values: [Int]) -> [Int] {
    var found: [Int] = []
    for value in values where !found.contains(value) { found.append(value) }
    return found
  }
}

/// Sections.
extension Schedule {
  private mutating func join(
    _ threads: Int, _ isFused: @escaping (ProductShape, DType) -> Bool
  ) {
    let order = StageOrder(stages, variableOf: variableOf)
    let blocks = RowBlocks(
      stages: stages, table: table, order: order, variableOf: variableOf, threads: threads,
      isFused: isFused)
    guard let split = blocks.split() else {
      sections = stages.indices.map { Section(kind: .single, stages: $0..<($0 + 1)) }
      return
    }
    fedInput = split.fed
    for member in split.sums { stages[member].sumsRows = true }
    let old = stages
    stages = []
    func append(_ members: [Int], _ kind: Section.Kind) {
      let first = stages.count
      stages += members.map { old[$0] }
      sections.append(Section(kind: kind, stages: first..<stages.count))
    }
    for member in split.before { append([member], .single) }
    append(split.members, .blockwise(split.cut, joins: split.joinsBefore))
    let isSmall = { [table] (member: Int) in
      old[member].writes.allSatisfy { $0 < table.counts.count && table.byteCount($0) <= 4096 }
    }
    for chains in threads > 1 ? order.chains(of: split.after, isSmall) : [split.after.map { [$0] }]
    {
      if threads > 1, chains.count > 1 {
        append(chains.flatMap { $0 }, .parallel(chains: chains.map(\.count)))
      } else {
        for member in chains.flatMap({ $0 }) { append([member], .single) }
      }
    }
  }
}

/// Updates: in place where all readers of the old value come first, else by a copy at the end.
extension Schedule {
  private mutating func placeUpdates() {
    let variables = Set(table.program.updates.map(\.variable.index))
    var readers: [Int: [Int]] = [:]
    for (index, stage) in stages.enumerated() {
      for value in stage.reads where variables.contains(value) {
        readers[value, default: []].append(index)
      }
    }
    var claimed: [(stage: Int, variable: Int, value: Int)] = []
    var copied: [Program.Update] = []
    var taken: Set<Int> = []
    for update in table.program.updates {
      let value = table.roots[update.value.index]
      if let stage = producer[value], taken.insert(value).inserted,
        canWriteInPlace(value, over: update.variable.index, in: stages[stage])
      {
        claimed.append((stage, update.variable.index, value))
      } else {
        copied.append(update)
      }
    }
    delay(claimed, readers)
    for claim in claimed {
      let last = readers[claim.variable]?.filter { $0 != claim.stage }.map { stages[$0].time }.max()
      if last ?? 0 < stages[claim.stage].time {
        variableOf[claim.value] = claim.variable
      } else {
        copied.append(.init(NodeID(claim.variable), NodeID(claim.value)))
      }
    }
    copyAtEnd(copied, variables)
  }

  /// Moves stages that write variables behind the other readers of the old values, as far as
  /// readers of their own results allow. Two rounds settle chains; what is left is copied.
  private mutating func delay(
    _ claimed: [(stage: Int, variable: Int, value: Int)], _ readers: [Int: [Int]]
  ) {
    var firstUse = [Int](repeating: .max, count: stages.count)
    for stage in stages {
      for value in stage.reads {
        if let source = producer[value] { firstUse[source] = min(firstUse[source], stage.time) }
      }
    }
    for _ in 0..<2 {
      for claim in claimed {
        let last = readers[claim.variable]?.filter { $0 != claim.stage }
          .map { stages[$0].time }.max()
        guard let last, last >= stages[claim.stage].time, last + 1 < firstUse[claim.stage] else {
          continue
        }
        stages[claim.stage].time = last + 1
      }
    }
  }

  /// A loop may overwrite what it reads only element by element.
  private func canWriteInPlace(_ value: Int, over variable: Int, in stage: Stage) -> Bool {
    guard stage.reads.contains(variable) else { return true }
    guard case .tile(let group) = stage.work else { return false }
    return group.canOverwrite(variable, with: value, table)
  }

  private mutating func copyAtEnd(_ updates: [Program.Update], _ variables: Set<Int>) {
    for (offset, update) in updates.enumerated() {
      var value = table.roots[update.value.index]
      if variables.contains(value) {
        // The old value of another variable, which may be overwritten by then.
        let copy = newCopy(of: value)
        stages.append(
          Stage(work: .copy(from: value, to: copy), time: 0, reads: [value], writes: [copy]))
        value = copy
      }
      let target = newCopy(of: update.variable.index)
      variableOf[target] = update.variable.index
      stages.append(
        Stage(
          work: .copy(from: value, to: target), time: .max - updates.count + offset,
          reads: [value], writes: [target]))
    }
  }

  private mutating func newCopy(of node: Int) -> Int {
    copies.append(node)
    return table.counts.count + copies.count - 1
  }

  /// Outputs live in the arena, so that they stay what they were when the run ended.
  private mutating func placeOutputs() {
    for output in table.program.outputs {
      let value = table.roots[output.node.index]
      var isLeaf = false
      if case .leaf = table.roles[value] { isLeaf = true }
      guard isLeaf || variableOf[value] != nil else {
        outputs.append(value)
        continue
      }
      let copy = newCopy(of: value)
      let time = isLeaf ? 0 : Int.max
      stages.append(
        Stage(work: .copy(from: value, to: copy), time: time, reads: [value], writes: [copy]))
      outputs.append(copy)
    }
  }
}

extension TileGroup {
  /// Whether the group reads `old` only element for element, as it writes `new`, and not in the
  /// product that it follows.
  func canOverwrite(_ old: Int, with new: Int, _ table: ValueTable) -> Bool {
    if let product, table.operands[product].contains(where: { $0.value == old }) { return false }
    guard let kind = kinds[new], table.dtype(old) == table.dtype(new) else { return false }
    return nodes.allSatisfy { node in
      table.operands[node].allSatisfy { operand in
        guard operand.value == old else { return true }
        return operandKind(of: operand, for: node, table) == kind
      }
    }
  }

  /// The kind in which a value from outside is read; nil when it is stretched.
  private func operandKind(
    of operand: ValueTable.View, for node: Int, _ table: ValueTable
  ) -> Kind? {
    if case .rows = table.roles[node] { return .full }
    return Relation(of: operand.shape, in: table.shapes[node]) == .full ? kinds[node] : nil
  }
}
