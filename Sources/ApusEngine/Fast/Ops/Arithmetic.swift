import ApusGraph
import CKernels

/// Sums, products and their relatives as tile instructions. A number known when planning goes
/// into the instruction; the roundings stay the same.

extension Add: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    if let b = code.literals[operands[1]] { return code.emit(APUS_OFFSET, [operands[0]], b) }
    if let a = code.literals[operands[0]] { return code.emit(APUS_OFFSET, [operands[1]], a) }
    return code.emit(APUS_ADD, operands)
  }
}

extension Subtract: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    if let b = code.literals[operands[1]] { return code.emit(APUS_OFFSET, [operands[0]], -b) }
    if let a = code.literals[operands[0]] { return code.emit(APUS_AFFINE, [operands[1]], -1, a) }
    return code.emit(APUS_SUB, operands)
  }
}

extension Multiply: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    if let b = code.literals[operands[1]] { return code.emit(APUS_SCALE, [operands[0]], b) }
    if let a = code.literals[operands[0]] { return code.emit(APUS_SCALE, [operands[1]], a) }
    return code.emit(APUS_MUL, operands)
  }
}

extension Divide: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_DIV, operands)
  }
}

extension Power: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_POW, operands)
  }
}

extension Maximum: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_MAX, operands)
  }
}

extension Minimum: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_MIN, operands)
  }
}

extension Clip: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_CLIP, operands, low, high)
  }
}
