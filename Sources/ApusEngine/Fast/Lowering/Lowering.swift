import ApusGraph
import CKernels

/// Where the values of a plan live.
struct Places {
  let schedule: Schedule
  let offsets: [Int?]
  let blocks: BlockMemory
  let layout: VariableLayout
  let constants: ConstantBlock

  subscript(_ value: Int) -> apus_place {
    if let variable = schedule.variableOf[value] { return variablePlace(variable) }
    if let place = blocks.place(of: value) { return place }
    if let offset = offsets[value] { return apus_place_at(Base.arena, Int64(offset)) }
    if let offset = constants.offset(of: value) {
      return apus_place_at(Base.constants, Int64(offset))
    }
    return variablePlace(value)
  }

  /// Where all of an input lives.
  func input(_ value: Int) -> apus_place {
    guard let offset = offsets[value] else { preconditionFailure("Places: \(value) is no input") }
    return apus_place_at(Base.arena, Int64(offset))
  }

  private func variablePlace(_ node: Int) -> apus_place {
    let op = schedule.table.program.graph.nodes[node].op
    guard let variable = op.variable, let slot = layout[variable.path] else {
      preconditionFailure("Places: \(op.name) has no place")
    }
    return apus_place_at(Base.variables, Int64(slot.offset))
  }
}

/// Turns scheduled stages with places into steps.
struct Lowering {
  let schedule: Schedule
  let layout: VariableLayout
  let constants: ConstantBlock
  let pieces: ColumnPieces
  /// Apart from the steps: what holds it must not hold them, or each new step would copy them all.
  private let places: Places
  private let inputs: Set<Int>
  private(set) var builder: StepBuilder
  private var table: ValueTable { schedule.table }

  init(
    _ schedule: Schedule, _ memory: MemoryPlan, _ pieces: ColumnPieces, offsets: [Int?],
    layout: VariableLayout,
    constants: ConstantBlock, level: apus_level, large: (any LargeContraction)?,
    bfloat16: (any BFloat16Products)?
  ) throws {
    self.schedule = schedule
    self.pieces = pieces
    self.layout = layout
    self.constants = constants
    places = Places(
      schedule: schedule, offsets: offsets, blocks: memory.blocks, layout: layout,
      constants: constants)
    inputs = Set(schedule.table.program.inputs.map(\.id.index))
    builder = StepBuilder(level: level, large: large, bfloat16: bfloat16)
    for section in schedule.sections {
      builder.begin(section.kind)
      let starts = section.chainStarts
      for (position, stage) in zip(section.stages, schedule.stages[section.stages]) {
        if starts.contains(position) { builder.beginChain() }
        try lower(stage)
      }
      try builder.end(memory.blocks, fedFrom: schedule.fedInput.map(places.input))
    }
  }

  /// Whether all who read the input that comes by columns take bytes as well.
  var takesBytes: Bool {
    guard let input = pieces.input else { return false }
    let readers = schedule.stages.count { $0.reads.contains(input) }
    // A stage may read it a second time, in what comes after its product.
    let uses = table.counts.indices.reduce(0) { uses, index in
      if !table.isNeeded[index] { return uses }
      if case .alias = table.roles[index] { return uses }
      return uses + table.operands[index].count { $0.value == input }
    }
    return readers == builder.mapUsers && uses == builder.mapUsers
  }

  /// Where a value lives.
  func place(_ value: Int) -> apus_place { places[value] }

  /// Where all of an input lives, when it does not come block by block.
  func place(ofInput value: Int) -> apus_place { places.input(value) }

  private mutating func lower(_ stage: Stage) throws {
    switch stage.work {
    case .tile(let group):
      builder.currentNode = group.nodes[group.nodes.count - 1]
      try lower(group, writing: stage.writes)
    case .kernel(let index):
      builder.currentNode = index
      try lower(kernel: index)
    case .copy(let source, let target):
      builder.currentNode = schedule.node(of: source)
      copy(source, to: target)
    }
  }

  private mutating func lower(_ group: TileGroup, writing outputs: [Int]) throws {
    var group = group
    if let cut = builder.cut, group.columns == nil { group.columns = group.count / cut.rows }
    let lowering = TileLowering(group, table, places)
    guard var tile = lowering.tile(writing: outputs, in: builder.block) else {
      throw MissingKernelError(op: table.node(group.nodes[0]).op.name)
    }
    tile.cut_rows = Int64(builder.cut?.block ?? 0)
    let isDone: Bool
    if let product = group.product, let shape = table.productShape(product) {
      let operands = table.operands[product].map { operand($0.value, of: product) }
      isDone = builder.product(
        shape, operands, table.dtype(product), c: apus_nowhere(), epilogue: tile)
    } else {
      isDone = builder.add(apus_tile_step(builder.block.keep(tile), builder.level))
    }
    if !isDone { throw MissingKernelError(op: table.node(group.nodes[0]).op.name) }
  }

  private mutating func lower(kernel index: Int) throws {
    if table.counts[index] == 0 { return }
    let node = table.node(index)
    let inputs = node.inputs.map { operand($0.index, of: index) }
    let output = operand(index)
    let op = node.op as? any FastOp
    if let op = op?.rows, builder.reduce(op, inputs[0], output) { return }
    if let op = op?.loop, op.lower(inputs, output, into: &builder) { return }
    guard let kernel = node.op as? any ReferenceKernel else {
      throw MissingKernelError(op: node.op.name)
    }
    let fallback = FallbackStep(kernel, inputs, output, node.type)
    _ = builder.add(fallback.step(in: builder.block), mayFail: true)
  }

  private func operand(_ index: Int, of reader: Int? = nil) -> Operand {
    let root = table.roots[index]
    return Operand(
      place: place(root), shape: table.shapes[index], dtype: table.dtype(index),
      zeros: zeros(of: root), isBrought: reader.map { pieces.isBrought(root, by: $0) } ?? false)
  }

  /// Inputs may be pictures or one-hot rows; what is computed may be zero behind a ReLU; parameters are not.
  private func zeros(of value: Int) -> apus_zeros {
    if inputs.contains(value) { return APUS_ZEROS_IN_ROWS }
    if case .leaf = table.roles[value] { return APUS_NO_ZEROS }
    return APUS_SINGLE_ZEROS
  }

  private mutating func copy(_ source: Int, to target: Int) {
    var copy = apus_copy()
    copy.in = place(source)
    copy.out = place(target)
    copy.element = 1
    copy.rank = 1
    apus_copy_axis(&copy, 0, Int64(table.byteCount(schedule.node(of: source))), 1, 1)
    _ = builder.copy(copy)
  }
}
