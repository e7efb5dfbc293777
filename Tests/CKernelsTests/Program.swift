import CKernels

/// Builds a tile program.
struct Program {
  var rows: Int
  var cols: Int
  var dtype: apus_dtype
  var registers = 0
  var code: [apus_instruction] = []
  var inputs: [apus_tile_operand] = []
  var outputs: [apus_tile_operand] = []

  init(rows: Int, cols: Int, dtype: apus_dtype) {
    self.rows = rows
    self.cols = cols
    self.dtype = dtype
  }

  private func operand(
    _ place: apus_place, _ mode: apus_mode, _ type: apus_dtype?, _ register: Int, stride: Int?
  ) -> apus_tile_operand {
    var operand = apus_tile_operand()
    operand.place = place
    operand.mode = mode
    operand.dtype = type ?? dtype
    operand.reg = UInt8(register)
    operand.row_stride = Int64(stride ?? (mode == APUS_COLUMN ? 1 : cols))
    return operand
  }

  mutating func input(
    _ place: apus_place, _ mode: apus_mode = APUS_FULL, type: apus_dtype? = nil, stride: Int? = nil
  ) -> Int {
    inputs.append(operand(place, mode, type, registers, stride: stride))
    registers += 1
    return registers - 1
  }

  mutating func output(
    _ register: Int, to place: apus_place, _ mode: apus_mode = APUS_FULL, type: apus_dtype? = nil,
    stride: Int? = nil
  ) {
    outputs.append(operand(place, mode, type, register, stride: stride))
  }

  mutating func add(
    _ op: apus_op, _ sources: Int..., numbers: (Double, Double) = (0, 0), column: Bool = false
  ) -> Int {
    var instruction = apus_instruction()
    instruction.op = op
    instruction.d = UInt8(registers)
    instruction.a = UInt8(sources.first ?? 0)
    instruction.b = UInt8(sources.count > 1 ? sources[1] : 0)
    instruction.c = UInt8(sources.count > 2 ? sources[2] : 0)
    instruction.column = column ? 1 : 0
    instruction.s = numbers
    code.append(instruction)
    registers += 1
    return registers - 1
  }

  /// The description, kept alive by `memory`.
  func tile(in memory: Memory) -> UnsafeMutablePointer<apus_tile> {
    var tile = apus_tile()
    tile.rows = Int64(rows)
    tile.cols = Int64(cols)
    tile.dtype = dtype
    tile.registers = UInt8(registers)
    tile.inputs = Int32(inputs.count)
    tile.outputs = Int32(outputs.count)
    tile.instructions = Int32(code.count)
    tile.code = UnsafePointer(memory.keep(code))
    tile.input = memory.keep(inputs)
    tile.output = memory.keep(outputs)
    return memory.keep([tile])
  }

  func step(in memory: Memory, level: apus_level) -> apus_step {
    apus_tile_step(tile(in: memory), level)
  }
}
