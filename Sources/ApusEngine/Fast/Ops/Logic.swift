import ApusGraph
import CKernels

/// Comparisons and truth values as tile instructions: 1 and 0 in registers.

extension Equal: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_EQ, operands)
  }
}

extension NotEqual: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_NE, operands)
  }
}

extension Less: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_LT, operands)
  }
}

extension LessEqual: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_LE, operands)
  }
}

extension Greater: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_GT, operands)
  }
}

extension GreaterEqual: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_GE, operands)
  }
}

extension And: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_AND, operands)
  }
}

extension Or: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_OR, operands)
  }
}

extension Not: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_NOT, operands)
  }
}

extension Select: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SELECT, operands)
  }
}

extension Cast: TileOp {
  /// Rounding happens where the result is written. A truth value is "not zero", so NaN is true.
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    guard dtype == .bool else { return code.emit(APUS_COPY, operands) }
    return code.emit(APUS_NOT, [code.emit(APUS_NOT, operands)])
  }
}
