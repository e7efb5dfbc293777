import ApusGraph
import CKernels

/// Reductions as row instructions, or as loops of their own.

extension ReduceSum: RowOp {
  var reducedAxes: [Int] { axes }
  var isIdentityOnOne: Bool { true }
  var reduction: apus_reduction { APUS_SUM }

  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister {
    code.emitRow(APUS_ROW_SUM, operand)
  }
}

extension ReduceMax: RowOp {
  var reducedAxes: [Int] { axes }
  var isIdentityOnOne: Bool { true }
  var reduction: apus_reduction { APUS_MAXIMUM }

  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister {
    code.emitRow(APUS_ROW_MAX, operand)
  }
}

extension ReduceMin: RowOp {
  var reducedAxes: [Int] { axes }
  var isIdentityOnOne: Bool { true }
  var reduction: apus_reduction { APUS_MINIMUM }

  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister {
    code.emitRow(APUS_ROW_MIN, operand)
  }
}

extension ArgMax: RowOp {
  var reducedAxes: [Int] { [axis] }
  var isIdentityOnOne: Bool { false }
  var reduction: apus_reduction { APUS_ARGMAX }

  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister {
    code.emitRow(APUS_ROW_ARGMAX, operand)
  }
}

extension LogSumExp: RowOp {
  var reducedAxes: [Int] { [axis] }
  var isIdentityOnOne: Bool { true }
  var reduction: apus_reduction { APUS_LOGSUMEXP }

  /// m + log Σ exp(x − m). The clip keeps m finite, so that an infinite maximum gives itself
  /// and not ∞ − ∞; NaN stays.
  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister {
    let largest = Double(Float.greatestFiniteMagnitude)
    let peak = code.emitColumn(
      APUS_CLIP, [code.emitRow(APUS_ROW_MAX, operand)], -largest, largest)
    let shifted = code.emitFull(APUS_SUB, [operand, code.expand(peak)])
    let total = code.emitRow(APUS_ROW_SUM, code.emitFull(APUS_EXP, [shifted]))
    return code.emitColumn(APUS_ADD, [peak, code.emitColumn(APUS_LOG, [total])])
  }
}
