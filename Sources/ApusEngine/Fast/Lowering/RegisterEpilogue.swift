import CKernels

extension apus_contract {
  /// Takes over a short epilogue program that the product can do in registers, before its result
  /// is ever stored: + bias, relu, a mask by the sign of another matrix, or C − rate · product.
  /// False, and nothing changed, when the program is another.
  mutating func finish(with tile: apus_tile) -> Bool {
    guard tile.outputs == 1, tile.output[0].mode == APUS_FULL, tile.output[0].dtype == dtype else {
      return false
    }
    let program = TileView(tile)
    return addsBias(program) || masks(program) || updates(program)
  }

  /// relu?(product + bias)
  private mutating func addsBias(_ program: TileView) -> Bool {
    var (instructions, addend) = (program.instructions[...], apus_nowhere())
    var current = program.product
    if let first = instructions.first, first.op == APUS_ADD,
      let row = program.input(first.other(than: current), APUS_ROW, dtype)
    {
      (addend, current) = (row.place, first.d)
      instructions = instructions.dropFirst()
    }
    var isReLU = false
    if let next = instructions.first, next.op == APUS_RELU, next.a == current {
      (isReLU, current) = (true, next.d)
      instructions = instructions.dropFirst()
    }
    guard instructions.isEmpty, current == program.result else { return false }
    (bias, relu, c) = (addend, isReLU ? 1 : 0, program.output.place)
    return true
  }

  /// product · step(other)
  private mutating func masks(_ program: TileView) -> Bool {
    let code = program.instructions
    guard code.count == 2, code[0].op == APUS_STEP, code[1].op == APUS_MUL,
      code[1].reads(program.product, code[0].d), code[1].d == program.result,
      let other = program.input(code[0].a, APUS_FULL, dtype)
    else { return false }
    (mask, c) = (other.place, program.output.place)
    return true
  }

  /// old − rate · product, over old
  private mutating func updates(_ program: TileView) -> Bool {
    let code = program.instructions
    guard code.count == 2, code[0].op == APUS_MUL, code[1].op == APUS_SUB,
      let factor = program.input(code[0].other(than: program.product), APUS_SCALAR, dtype),
      code[1].b == code[0].d, code[1].d == program.result,
      let old = program.input(code[1].a, APUS_FULL, dtype),
      old.place.base == program.output.place.base, old.place.offset == program.output.place.offset
    else { return false }
    (rate, c) = (factor.place, program.output.place)
    return true
  }
}

/// A tile program as the matcher reads it.
private struct TileView {
  let instructions: [apus_instruction]
  let inputs: [apus_tile_operand]
  let output: apus_tile_operand
  let product: UInt8

  init(_ tile: apus_tile) {
    instructions = Array(
      UnsafeBufferPointer(start: tile.code, count: Int(tile.instructions)))
    inputs = Array(UnsafeBufferPointer(start: tile.input, count: Int(tile.inputs)))
    output = tile.output[0]
    product = inputs.first { $0.mode == APUS_PRODUCT }?.reg ?? .max
  }

  var result: UInt8 { output.reg }

  func input(_ register: UInt8?, _ mode: apus_mode, _ dtype: apus_dtype) -> apus_tile_operand? {
    inputs.first { $0.reg == register && $0.mode == mode && $0.dtype == dtype }
  }
}

extension apus_instruction {
  /// The other source of an instruction with two, when one is the given register.
  fileprivate func other(than register: UInt8) -> UInt8? {
    a == register ? b : b == register ? a : nil
  }

  fileprivate func reads(_ x: UInt8, _ y: UInt8) -> Bool {
    (a, b) == (x, y) || (a, b) == (y, x)
  }
}
