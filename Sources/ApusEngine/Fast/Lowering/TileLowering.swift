import ApusGraph
import CKernels

/// Turns a group into a tile program: operands, instructions, registers.
struct TileLowering {
  let group: TileGroup
  let table: ValueTable
  /// Where a value from outside lives, and where a value goes.
  let places: Places
  private(set) var code = TileCode()
  private var registerOf: [Int: TileRegister] = [:]
  private var expanded: [TileRegister: TileRegister] = [:]
  private var inputs: [Input] = []

  private struct Input {
    var value: Int
    var mode: apus_mode
    var register: TileRegister
  }

  private var rows: Int { group.rows }
  private var columns: Int { group.columns ?? group.count }

  init(_ group: TileGroup, _ table: ValueTable, _ places: Places) {
    self.group = group
    self.table = table
    self.places = places
    for node in group.nodes { emit(node) }
  }

  private mutating func emit(_ index: Int) {
    let kind = group.kinds[index] ?? .full
    let registers = table.operands[index].map { register(for: $0, of: index, kind) }
    switch table.roles[index] {
    case .tile(let op):
      code.isColumn = kind == .column
      registerOf[index] = op.emit(registers, into: &code)
    case .rows(let op, _):
      code.isColumn = false
      registerOf[index] = op.emit(registers[0], into: &code)
    default:
      preconditionFailure("TileLowering: \(table.node(index).op.name) is not elementwise")
    }
  }

  private mutating func register(
    for operand: ValueTable.View, of index: Int, _ kind: TileGroup.Kind
  ) -> TileRegister {
    var relation = Relation(of: operand.shape, in: table.shapes[index]) ?? .full
    if case .rows = table.roles[index] { relation = .full }
    if group.kinds[operand.value] != nil, let own = registerOf[operand.value] {
      if case .column = relation { return expand(own) }
      return own
    }
    if operand.value == group.product { return input(operand.value, APUS_PRODUCT) }
    if let number = literal(operand.value) { return number }
    let readsRow = { if case .rows = table.roles[index] { true } else { false } }()
    switch relation {
    case .full: return input(operand.value, kind == .full || readsRow ? APUS_FULL : APUS_COLUMN)
    case .scalar: return input(operand.value, APUS_SCALAR)
    case .row: return input(operand.value, APUS_ROW)
    case .column: return expand(input(operand.value, APUS_COLUMN))
    }
  }

  private mutating func literal(_ value: Int) -> TileRegister? {
    guard let literal = table.node(value).op as? Literal else { return nil }
    if let known = inputs.first(where: { $0.value == value }) { return known.register }
    let register = code.newLiteral(literal.value)
    inputs.append(Input(value: value, mode: APUS_SCALAR, register: register))
    return register
  }

  private mutating func input(_ value: Int, _ mode: apus_mode) -> TileRegister {
    if let known = inputs.first(where: { $0.value == value && $0.mode == mode }) {
      return known.register
    }
    let register = code.newRegister()
    inputs.append(Input(value: value, mode: mode, register: register))
    return register
  }

  private mutating func expand(_ register: TileRegister) -> TileRegister {
    if let known = expanded[register] { return known }
    let full = code.expand(register)
    expanded[register] = full
    return full
  }

  /// The program; nil when it needs more registers than there are.
  func tile(writing outputs: [Int], in block: PlanBlock) -> apus_tile? {
    let results = outputs.map { registerOf[$0]! }
    let program = code.joiningScaledSums(keeping: results)
    let used = Set(program.flatMap(\.sources))
    let needed = inputs.filter { used.contains($0.register) }
    let allocation = RegisterAllocation(
      program, inputs: needed.map(\.register), outputs: results)
    guard allocation.count <= Int(APUS_MAX_REGISTERS) else { return nil }
    var tile = apus_tile()
    tile.rows = Int64(rows)
    tile.cols = Int64(columns)
    tile.dtype = group.dtype
    tile.registers = UInt8(allocation.count)
    let operands = needed.map { operand($0, allocation) }
    let targets = zip(outputs, results).map { output($0, allocation[$1]) }
    let instructions = program.map { instruction($0, allocation) }
    (tile.inputs, tile.outputs) = (Int32(operands.count), Int32(targets.count))
    tile.instructions = Int32(instructions.count)
    tile.input = block.keep(operands)
    tile.output = block.keep(targets)
    tile.code = UnsafePointer(block.keep(instructions))
    return tile
  }

  private func operand(_ input: Input, _ allocation: RegisterAllocation) -> apus_tile_operand {
    var operand = apus_tile_operand()
    operand.mode = input.mode
    operand.reg = UInt8(allocation[input.register])
    operand.dtype = table.registerType(input.value) ?? APUS_F32
    operand.row_stride = input.mode == APUS_COLUMN ? 1 : Int64(columns)
    operand.place = input.mode == APUS_PRODUCT ? apus_nowhere() : places[input.value]
    return operand
  }

  private func output(_ value: Int, _ register: Int) -> apus_tile_operand {
    var operand = apus_tile_operand()
    operand.mode = group.kinds[value] == .column ? APUS_COLUMN : APUS_FULL
    operand.reg = UInt8(register)
    operand.dtype = table.registerType(value) ?? APUS_F32
    operand.row_stride = operand.mode == APUS_COLUMN ? 1 : Int64(columns)
    operand.place = places[value]
    return operand
  }

  private func instruction(
    _ source: TileCode.Instruction, _ allocation: RegisterAllocation
  ) -> apus_instruction {
    var result = apus_instruction()
    result.op = source.op
    result.d = UInt8(allocation[source.d])
    let from = source.sources.map { UInt8(allocation[$0]) } + [0, 0, 0]
    (result.a, result.b, result.c) = (from[0], from[1], from[2])
    result.column = source.column ? 1 : 0
    result.s = source.numbers
    return result
  }
}

/// Gives registers to the values of a program so that few are in use at a time: linear scan
/// (Poletto and Sarkar 1999) over straight code. Inputs keep theirs.
struct RegisterAllocation {
  private var physical: [TileRegister: Int] = [:]
  private(set) var count = 0
  private var free: [Int] = []

  subscript(_ register: TileRegister) -> Int { physical[register] ?? 0 }

  init(
    _ program: [TileCode.Instruction], inputs: [TileRegister], outputs: [TileRegister]
  ) {
    var lastUse: [TileRegister: Int] = [:]
    physical.reserveCapacity(inputs.count + program.count)
    lastUse.reserveCapacity(inputs.count + program.count)
    for input in inputs { physical[input] = take() }
    for (position, instruction) in program.enumerated() {
      lastUse[instruction.d] = position
      for source in instruction.sources { lastUse[source] = position }
    }
    for register in inputs + outputs { lastUse[register] = .max }
    for (position, instruction) in program.enumerated() {
      var freed: [Int] = []
      for source in instruction.sources where lastUse[source] == position {
        if let register = physical[source], !freed.contains(register) { freed.append(register) }
      }
      freed.sort()
      // Where one side is a column, source and destination must differ.
      let mayShare =
        instruction.op != APUS_EXPAND && instruction.op.rawValue < APUS_ROW_SUM.rawValue
      if mayShare { free += freed }
      physical[instruction.d] = take()
      if !mayShare { free += freed }
      if lastUse[instruction.d] == position {
        free.append(physical[instruction.d]!)
      }
    }
  }

  private mutating func take() -> Int {
    if let register = free.popLast() { return register }
    count += 1
    return count - 1
  }
}
