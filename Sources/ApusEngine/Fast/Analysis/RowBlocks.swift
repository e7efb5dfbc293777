import ApusGraph

/// Finds the stages that can go through the rows of a batch together, block by block: a network of narrow
/// layers forward and, from its loss, back again. What one layer computes for a block the next one finds in the first
/// cache, and threads meet once for all layers. (Fused-layer execution: Alwani et al., "Fused-Layer CNN
/// Accelerators", 2016.)
///
/// Sums over rows (gradients of weights and biases, losses) join in where there are many rows: each block gives
/// a partial sum, and these are added up in order. Otherwise every result has the same bits with and without blocks.
struct RowBlocks {
  let stages: [Stage]
  let table: ValueTable
  let order: StageOrder
  let variableOf: [Int: Int]
  let threads: Int
  /// Whether a product is computed by our own loops.
  let isFused: (ProductShape, DType) -> Bool

  /// The stages in their new order.
  struct Split {
    var before: [Int] = []
    var members: [Int] = []
    /// The members that add up over the rows.
    var sums: Set<Int> = []
    var after: [Int] = []
    var cut: RowCut
    /// The input whose rows are brought block by block.
    var fed: Int?
    /// Whether the last stage before may end with the members: they read what it writes row by row.
    var joinsBefore = false
  }

  /// From so many rows on, sums over them are cut; fewer would give more partial sums than work.
  private static let rowsOfSums = 512
  /// Rows of a block are such that its numbers fit the second cache beside the weights.
  private static let blockBytes = 1 << 17
  private static let mostBlocks = 256
  /// Weights that no second cache holds are better read once by each thread; others may be read twice, so that
  /// nobody waits for a thread that came late.
  private static let nearBytes = 1 << 18
  /// An input of more bytes than half a second cache is better brought block by block, on one thread too.
  private static let farBytes = 1 << 18
  /// Nanoseconds on one thread that are worth a meeting of threads.
  private static let leastWork = 3_000.0

  /// nil when nothing is gained.
  func split() -> Split? {
    guard let rows = commonRows() else { return nil }
    let takesSums = rows >= Self.rowsOfSums
    let isFar = { table.byteCount($0) > Self.farBytes }
    guard takesSums || threads > 1 || inputs.contains(where: isFar) else { return nil }
    var split = sort(rows, takesSums)
    split.fed = fedInput(split)
    let bringsFar = split.fed.map(isFar) ?? false
    guard takesSums || threads > 1 || bringsFar else { return nil }
    let products = split.members.count { product(of: stages[$0]) != nil }
    let work = split.members.reduce(0) { $0 + self.work(of: stages[$1]) }
    guard products > 1, work >= Self.leastWork else { return nil }
    split.cut.block = blockRows(split, takesSums, bringsFar)
    split.joinsBefore = joinsBefore(split)
    return split.cut.block < rows ? split : nil
  }

  /// The number of rows that most of the work is about.
  private func commonRows() -> Int? {
    var work: [Int: Int] = [:]
    for stage in stages {
      guard let product = product(of: stage), case .rows = role(of: product, product.m) else {
        continue
      }
      work[product.m, default: 0] += product.flops
    }
    return work.filter { $0.key > 1 }.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  private var inputs: [Int] { table.program.inputs.map(\.id.index) }

  /// The largest input that only members read, row by row.
  private func fedInput(_ split: Split) -> Int? {
    let rows = split.cut.rows
    let roles = split.members.compactMap { role(of: stages[$0], rows) }
    let (perRow, whole) = (Set(roles.flatMap(\.perRow)), Set(roles.flatMap(\.whole)))
    let others = Set((split.before + split.after).flatMap { stages[$0].reads })
    return inputs.filter {
      table.shapes[$0].first == rows && perRow.contains($0) && !whole.contains($0)
        && !others.contains($0)
    }.max { table.byteCount($0) < table.byteCount($1) }
  }

  private func joinsBefore(_ split: Split) -> Bool {
    guard let last = split.before.last, product(of: stages[last])?.m == split.cut.rows else {
      return false
    }
    let roles = split.members.compactMap { role(of: stages[$0], split.cut.rows) }
    return Set(stages[last].writes).isDisjoint(with: roles.flatMap(\.whole))
  }

  private func blockRows(_ split: Split, _ takesSums: Bool, _ bringsFar: Bool) -> Int {
    let rows = split.cut.rows
    var (near, far) = (Set<Int>(), Set<Int>())
    for member in split.members {
      guard let role = role(of: stages[member], rows) else { continue }
      near.formUnion(role.perRow)
      far.formUnion(role.whole)
      if case .rows = role { near.formUnion(stages[member].writes) }
    }
    let bytes = { (values: Set<Int>) in values.reduce(0) { $0 + table.byteCount($1) } }
    let fitting = max(Self.blockBytes / max(bytes(near) / rows, 1), 1)
    if takesSums {
      return max(
        min(max(fitting / 64 * 64, 128), 512), (rows + Self.mostBlocks - 1) / Self.mostBlocks)
    }
    let share = max((rows + threads - 1) / threads, 8)
    guard bytes(far) <= Self.nearBytes else { return share }
    let block = share >= 64 ? (share + 1) / 2 : share
    return bringsFar ? min(block, max(fitting / 8 * 8, 8)) : block
  }
}

/// What goes block by block.
extension RowBlocks {
  /// What a stage does with rows.
  private enum Role {
    /// Row by row, from rows of some values and the whole of others.
    case rows(perRow: [Int], whole: [Int])
    /// A sum over rows, then perhaps something with it that reads the whole of others.
    case sum(perRow: [Int], whole: [Int])

    var perRow: [Int] {
      switch self {
      case .rows(let values, _), .sum(let values, _): values
      }
    }

    var whole: [Int] {
      switch self {
      case .rows(_, let values), .sum(_, let values): values
      }
    }
  }

  private enum Place { case before, member, after }

  private func sort(_ rows: Int, _ takesSums: Bool) -> Split {
    var split = Split(cut: RowCut(rows: rows, block: rows))
    var places: [Place] = []
    /// Values that members write row by row.
    var rowValues: Set<Int> = []
    for (index, stage) in stages.enumerated() {
      let predecessors = order.predecessors[index]
      let isLate = predecessors.contains { places[$0] == .after }
      if !isLate, let role = role(of: stage, rows),
        canJoin(stage, role, predecessors.filter { places[$0] == .member }, rowValues, takesSums)
      {
        switch role {
        case .rows: rowValues.formUnion(stage.writes)
        case .sum: split.sums.insert(index)
        }
        split.members.append(index)
        places.append(.member)
      } else if isLate || predecessors.contains(where: { places[$0] == .member }) {
        split.after.append(index)
        places.append(.after)
      } else {
        split.before.append(index)
        places.append(.before)
      }
    }
    return split
  }

  /// - Parameter predecessors: the members that must come before.
  private func canJoin(
    _ stage: Stage, _ role: Role, _ predecessors: [Int], _ rowValues: Set<Int>, _ takesSums: Bool
  ) -> Bool {
    let written = predecessors.reduce(into: Set<Int>()) { $0.formUnion(stages[$1].writes) }
    guard role.perRow.allSatisfy({ !written.contains($0) || rowValues.contains($0) }),
      role.whole.allSatisfy({ !written.contains($0) })
    else { return false }
    switch role {
    // The whole of a sum is written when all blocks are done, so it may overwrite what members read.
    case .sum: return takesSums
    case .rows: return stage.writes.allSatisfy { variableOf[$0] == nil }
    }
  }

  private func role(of stage: Stage, _ rows: Int) -> Role? {
    switch stage.work {
    case .copy: nil
    case .tile(let group): role(of: group, rows)
    case .kernel(let index): role(ofKernel: index, rows)
    }
  }

  private func role(of group: TileGroup, _ rows: Int) -> Role? {
    let members = Set(group.nodes)
    if let product = group.product {
      guard let shape = fusedShape(product) else { return nil }
      let operands = table.operands[product].map(\.value)
      switch role(of: shape, rows) {
      case .none: return nil
      case .sum: return .sum(perRow: operands, whole: outside(group).map(\.value))
      case .rows:
        guard let rest = operandRoles(of: group, rows, members) else { return nil }
        return .rows(perRow: [operands[0]] + rest.perRow, whole: [operands[1]] + rest.whole)
      }
    }
    guard group.count % rows == 0, group.columns == nil || group.rows == rows else { return nil }
    return operandRoles(of: group, rows, members)
  }

  /// What the nodes of a group read from outside, but for its product.
  private func outside(_ group: TileGroup) -> [ValueTable.View] {
    group.nodes.flatMap { table.operands[$0] }
      .filter { group.kinds[$0.value] == nil && $0.value != group.product }
  }

  private func operandRoles(of group: TileGroup, _ rows: Int, _ members: Set<Int>) -> Role? {
    var (perRow, whole): ([Int], [Int]) = ([], [])
    for node in group.nodes {
      for operand in table.operands[node]
      where !members.contains(operand.value) && operand.value != group.product {
        var relation = Relation(of: operand.shape, in: table.shapes[node]) ?? .full
        if case .rows = table.roles[node] { relation = .full }
        switch relation {
        case .scalar, .row: whole.append(operand.value)
        case .full, .column:
          guard table.counts[operand.value] % rows == 0 else { return nil }
          perRow.append(operand.value)
        }
      }
    }
    return .rows(perRow: perRow, whole: whole)
  }

  private func role(ofKernel index: Int, _ rows: Int) -> Role? {
    let node = table.node(index)
    let operands = table.operands[index].map(\.value)
    if node.op is MatMul, let shape = fusedShape(index) {
      switch role(of: shape, rows) {
      case .none: return nil
      case .sum: return .sum(perRow: operands, whole: [])
      case .rows: return .rows(perRow: [operands[0]], whole: [operands[1]])
      }
    }
    // A sum over leading axes, the rows among them.
    guard let sum = node.op as? ReduceSum,
      table.dtype(index) == .float32 || table.dtype(index) == .float64,
      sum.axes == Array(sum.axes.indices), table.shapes[node.inputs[0].index].first == rows,
      table.counts[index] <= longestRow
    else { return nil }
    return .sum(perRow: operands, whole: [])
  }

  /// The shape of a product that our own loops compute block by block; nil for others, and for one
  /// without anything to add up.
  private func fusedShape(_ product: Int) -> ProductShape? {
    guard let shape = table.productShape(product), shape.k > 0,
      isFused(shape, table.dtype(product))
    else { return nil }
    return shape
  }

  private func product(of stage: Stage) -> ProductShape? {
    stage.product(table).flatMap(fusedShape)
  }

  private enum ProductRole { case rows, sum }

  /// Products that are narrow on one side; a small result of long sums has its own way to be cut.
  private func role(of shape: ProductShape, _ rows: Int) -> ProductRole? {
    guard shape.batch == 1 else { return nil }
    let narrow = 64
    if shape.m == rows, !shape.transposeA, shape.n <= narrow {
      return rows <= narrow && shape.k >= 384 ? nil : .rows
    }
    if shape.k == rows, shape.transposeA, !shape.transposeB, shape.m <= narrow, shape.n <= narrow {
      return .sum
    }
    return nil
  }

  private func work(of stage: Stage) -> Double {
    let flops = Double(product(of: stage)?.flops ?? 0)
    let elements = stage.writes.reduce(0) {
      $0 + (table.counts.indices.contains($1) ? table.counts[$1] : 0)
    }
    return flops / 50 + Double(elements) * 0.5
  }
}
