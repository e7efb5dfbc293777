import ApusGraph
import CKernels

/// Functions of one number as tile instructions.

extension Abs: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_ABS, operands)
  }
}

extension Cos: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_COS, operands)
  }
}

extension Erf: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_ERF, operands)
  }
}

extension Exp: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_EXP, operands)
  }
}

extension Expm1: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_EXPM1, operands)
  }
}

extension Floor: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_FLOOR, operands)
  }
}

extension Log: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_LOG, operands)
  }
}

extension Log1p: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_LOG1P, operands)
  }
}

extension Negate: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_NEG, operands)
  }
}

extension ReLU: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_RELU, operands)
  }
}

extension Reciprocal: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_RECIPROCAL, operands)
  }
}

extension Rsqrt: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_RSQRT, operands)
  }
}

extension Sigmoid: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SIGMOID, operands)
  }
}

extension Sign: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SIGN, operands)
  }
}

extension Sin: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SIN, operands)
  }
}

extension Softplus: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SOFTPLUS, operands)
  }
}

extension Sqrt: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SQRT, operands)
  }
}

extension Square: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_SQUARE, operands)
  }
}

extension Step: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_STEP, operands)
  }
}

extension Tanh: TileOp {
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister {
    code.emit(APUS_TANH, operands)
  }
}
