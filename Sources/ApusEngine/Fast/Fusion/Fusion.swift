import ApusGraph
import CKernels

/// Joins elementwise ops and reductions over last axes into groups that run as one program.
///
/// Rules: a value joins the group of an operand when both have one matrix shape and register type
/// and the group can run late enough for all that the value reads, but before anybody reads the
/// group. Times stand for that order, so nothing is searched: the cost is linear in nodes.
struct Fusion {
  let table: ValueTable
  var groups: [TileGroup?] = []
  /// The group of each value, if any.
  private(set) var groupOf: [Int?]
  /// Values of groups that stages outside read, so that they go to memory in any case.
  private var isStored: [Bool]
  /// When each value is there: 0 for leaves, else the time of its stage.
  private var kernelTime: [Int]

  /// Between two neighbouring nodes, so that a group can be put between them.
  private static let spacing = 1 << 20

  init(_ table: ValueTable) {
    self.table = table
    groupOf = Array(repeating: nil, count: table.counts.count)
    isStored = Array(repeating: false, count: table.counts.count)
    kernelTime = Array(repeating: 0, count: table.counts.count)
    for index in table.counts.indices where table.isNeeded[index] { place(index) }
  }

  func time(of value: Int) -> Int {
    groupOf[value].flatMap { groups[$0]?.time } ?? kernelTime[value]
  }

  private mutating func place(_ index: Int) {
    switch table.roles[index] {
    case .leaf, .alias: break
    case .kernel, .product:
      kernelTime[index] = (index + 1) * Self.spacing
      noteUse(of: table.operands[index], at: kernelTime[index])
    case .tile, .rows:
      if table.counts[index] == 0 {
        kernelTime[index] = (index + 1) * Self.spacing
      } else {
        join(index)
      }
    }
  }

  private mutating func noteUse(of operands: [ValueTable.View], at time: Int) {
    for operand in operands {
      if let group = groupOf[operand.value] {
        groups[group]!.firstUse = min(groups[group]!.firstUse, time)
        isStored[operand.value] = true
      }
    }
  }

  private mutating func join(_ index: Int) {
    let operands = table.operands[index]
    let candidates = candidates(among: operands)
    guard var home = candidates.first(where: { accept(index, operands, in: $0) }) else {
      start(index, operands)
      return
    }
    for other in candidates where other != home {
      if let merged = merge(other, into: home, for: index, operands) { home = merged }
    }
    let outside = operands.filter { groupOf[$0.value] != home }
    noteUse(of: outside, at: groups[home]!.time)
  }

  /// The groups of the operands, latest first.
  private func candidates(among operands: [ValueTable.View]) -> [Int] {
    var found: [Int] = []
    for operand in operands where isReadable(operand.value) {
      if let group = groupOf[operand.value], !found.contains(group) { found.append(group) }
    }
    return found.count < 2 ? found : found.sorted { groups[$0]!.time > groups[$1]!.time }
  }

  /// Whether a register holds exactly what memory would. Integers and rounded numbers do not.
  private func isReadable(_ value: Int) -> Bool {
    guard let group = groupOf[value] else { return false }
    switch table.dtype(value) {
    case .bool: return true
    case .float32: return groups[group]!.dtype == APUS_F32
    case .float64: return groups[group]!.dtype == APUS_F64
    default: return false
    }
  }

  /// The type in which an op computes: Float64 where an operand or the result needs it.
  private func computeType(_ index: Int) -> apus_dtype {
    let types = [table.dtype(index)] + table.node(index).inputs.map { table.dtype($0.index) }
    if case .rows(let op, _) = table.roles[index], op is ArgMax {
      return types[1] == .float32 ? APUS_F32 : APUS_F64
    }
    return types.contains(.float64) || types.contains(.int32) ? APUS_F64 : APUS_F32
  }
}

extension Fusion {
  /// Where a value would stand in a group's matrix.
  private struct Fit {
    var kind: TileGroup.Kind
    var columns: Int?
    var rows: Bool
  }

  /// The matrix that a value needs by itself.
  private func ownFit(_ index: Int, _ operands: [ValueTable.View]) -> Fit? {
    if case .rows(_, let count) = table.roles[index] {
      return Fit(kind: .column, columns: count, rows: true)
    }
    var columns: Int?
    for operand in operands {
      guard let relation = Relation(of: operand.shape, in: table.shapes[index]) else { return nil }
      let wanted: Int?
      switch relation {
      case .full, .scalar: wanted = nil
      case .row(let count), .column(let count): wanted = count
      }
      let (fits, merged) = TileGroup.merged(columns, wanted)
      guard fits else { return nil }
      columns = merged
    }
    return Fit(kind: .full, columns: columns, rows: false)
  }

  /// How the value fits a group some of whose values it reads; nil when it does not.
  private func fit(_ index: Int, _ operands: [ValueTable.View], in group: TileGroup) -> Fit? {
    if case .rows(_, let count) = table.roles[index] {
      guard table.counts[operands[0].value] == group.count, group.columns ?? count == count,
        group.kinds[operands[0].value] == .full
      else { return nil }
      return Fit(kind: .column, columns: count, rows: true)
    }
    if let columnFit = columnFit(index, operands, in: group) { return columnFit }
    guard table.counts[index] == group.count, let own = ownFit(index, operands) else { return nil }
    let (fits, columns) = TileGroup.merged(own.columns, group.columns)
    guard fits, reads(operands, of: index, in: group, as: .full, columns) else { return nil }
    return Fit(kind: .full, columns: columns, rows: false)
  }

  private func columnFit(
    _ index: Int, _ operands: [ValueTable.View], in group: TileGroup
  ) -> Fit? {
    guard let columns = group.columns, group.rows == table.counts[index],
      reads(operands, of: index, in: group, as: .column, columns)
    else { return nil }
    return Fit(kind: .column, columns: columns, rows: false)
  }

  /// Whether all operands that are in the group are there in the kind in which they are read.
  private func reads(
    _ operands: [ValueTable.View], of index: Int, in group: TileGroup, as kind: TileGroup.Kind,
    _ columns: Int?
  ) -> Bool {
    operands.allSatisfy { operand in
      let relation = Relation(of: operand.shape, in: table.shapes[index])
      guard let own = group.kinds[operand.value], isReadable(operand.value) else {
        return kind == .full || relation == .full || relation == .scalar
      }
      switch relation {
      case .full: return own == kind
      case .column(let width): return own == .column && kind == .full && width == columns
      default: return false
      }
    }
  }

  /// The time at which a group could run with a value added, when it reads nothing too late.
  private func timeWith(_ operands: [ValueTable.View], _ members: [Int]) -> Int? {
    var time = members.map { groups[$0]!.time }.max() ?? 0
    for operand in operands {
      if let group = groupOf[operand.value], members.contains(group) {
        if !isReadable(operand.value) { return nil }
        continue
      }
      time = max(time, self.time(of: operand.value) + 1)
    }
    return members.allSatisfy { time < groups[$0]!.firstUse } ? time : nil
  }

  /// How many registers the value's own instructions write.
  private func results(_ index: Int, _ operands: [ValueTable.View]) -> Int {
    var code = TileCode()
    let registers = operands.map { _ in code.newRegister() }
    let before = code.registerCount
    switch table.roles[index] {
    case .tile(let op): _ = op.emit(registers, into: &code)
    case .rows(let op, _): _ = op.emit(registers[0], into: &code)
    default: break
    }
    // An operand with one number for each row is stretched over them first.
    let stretched = operands.count { operand in
      if case .column = Relation(of: operand.shape, in: table.shapes[index]) { return true }
      return false
    }
    return code.registerCount - before + stretched
  }

  /// What the value reads from outside a group, to be held in registers too.
  private func sources(_ operands: [ValueTable.View], outside members: [Int]) -> Set<
    TileGroup.Source
  > {
    Set(
      operands.lazy.filter { operand in !members.contains { groupOf[operand.value] == $0 } }
        .map { TileGroup.Source(value: $0.value, shape: $0.shape) })
  }

  /// Whether a group holds an operand that is not in memory anyway. Without one, joining would
  /// only compute early what a later reader then has to fetch, as the slope of an activation.
  private func savesARead(_ operands: [ValueTable.View], of id: Int) -> Bool {
    groups[id]!.firstUse == .max
      || operands.contains { groupOf[$0.value] == id && !isStored[$0.value] }
  }

  private mutating func accept(_ index: Int, _ operands: [ValueTable.View], in id: Int) -> Bool {
    let group = groups[id]!
    guard savesARead(operands, of: id) else { return false }
    let results = group.results + results(index, operands)
    let sources = group.sources.union(sources(operands, outside: [id]))
    guard group.dtype == computeType(index),
      results + sources.count <= TileGroup.registerLimit,
      let fit = fit(index, operands, in: group), let time = timeWith(operands, [id])
    else { return false }
    let hasRows = group.hasRows || fit.rows
    if hasRows, let columns = fit.columns, columns > longestRow { return false }
    groups[id]!.nodes.append(index)
    groups[id]!.kinds[index] = fit.kind
    groups[id]!.columns = fit.columns
    groups[id]!.hasRows = hasRows
    (groups[id]!.results, groups[id]!.sources) = (results, sources)
    groups[id]!.time = time
    groupOf[index] = id
    return true
  }

  private mutating func start(_ index: Int, _ operands: [ValueTable.View]) {
    guard let fit = ownFit(index, operands) else {
      // Needs a copy of an operand first; see ExplicitBroadcasts.
      kernelTime[index] = (index + 1) * Self.spacing
      noteUse(of: operands, at: kernelTime[index])
      return
    }
    let time = (index + 1) * Self.spacing
    let count = fit.rows ? table.counts[table.node(index).inputs[0].index] : table.counts[index]
    groups.append(
      TileGroup(
        nodes: [index], kinds: [index: fit.kind], dtype: computeType(index), count: count,
        columns: fit.columns, hasRows: fit.rows, time: time, results: results(index, operands),
        sources: sources(operands, outside: [])))
    groupOf[index] = groups.count - 1
    noteUse(of: operands, at: time)
  }

  /// Joins two groups that a value reads, when nothing between them stands in the way.
  private mutating func merge(
    _ other: Int, into home: Int, for index: Int, _ operands: [ValueTable.View]
  ) -> Int? {
    let (a, b) = (groups[home]!, groups[other]!)
    let (fits, columns) = TileGroup.merged(a.columns, b.columns)
    let results = a.results + b.results
    let sources = a.sources.union(b.sources)
    guard fits, a.count == b.count, a.dtype == b.dtype,
      results + sources.count <= TileGroup.registerLimit,
      let time = timeWith(operands, [home, other])
    else { return nil }
    var joint = a
    joint.nodes = (a.nodes + b.nodes).sorted()
    joint.kinds.merge(b.kinds) { first, _ in first }
    joint.columns = columns
    joint.hasRows = a.hasRows || b.hasRows
    if joint.hasRows, let columns, columns > longestRow { return nil }
    guard let kind = joint.kinds[index],
      reads(operands, of: index, in: joint, as: kind, columns)
    else { return nil }
    (joint.results, joint.sources) = (results, sources)
    joint.time = time
    joint.firstUse = min(a.firstUse, b.firstUse)
    groups[home] = joint
    groups[other] = nil
    for node in b.nodes { groupOf[node] = home }
    return home
  }
}
