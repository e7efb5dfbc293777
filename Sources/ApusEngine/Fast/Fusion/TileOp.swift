import ApusGraph
import CKernels

/// An op that the fast engine computes element by element, as instructions of a tile program.
///
/// An op without it runs by its reference kernel.
protocol TileOp: FastOp {
  /// Adds the instructions that compute the op on the operands' registers.
  func emit(_ operands: [TileRegister], into code: inout TileCode) -> TileRegister
}

/// A reduction that row instructions can do when it goes over the last axes.
protocol RowOp: FastOp {
  var reducedAxes: [Int] { get }
  /// Whether the reduction of one number is that number.
  var isIdentityOnOne: Bool { get }
  /// The reduction as a loop of its own.
  var reduction: apus_reduction { get }
  /// Adds the instructions that reduce each row of a full register to a column register.
  func emit(_ operand: TileRegister, into code: inout TileCode) -> TileRegister
}

extension RowOp {
  /// The elements of a row when the axes are the last ones and a row is short enough for a tile.
  func trailingCount(of shape: [Int]) -> Int? {
    let axes = reducedAxes
    guard axes == Array((shape.count - axes.count)..<shape.count) else { return nil }
    let count = axes.reduce(1) { $0 * shape[$1] }
    let total = shape.reduce(1, *)
    return (2...longestRow).contains(count) && total > 0 ? count : nil
  }
}

/// The longest row that row instructions take; longer ones are reduced by loops of their own.
let longestRow = 1024

/// A register before allocation: every one is written once.
struct TileRegister: Hashable {
  let index: Int
}

/// Instructions under construction.
struct TileCode {
  struct Instruction {
    var op: apus_op
    var d: TileRegister
    var sources: [TileRegister]
    var column: Bool
    var numbers: (Double, Double)
  }

  private(set) var instructions: [Instruction] = []
  private(set) var registerCount = 0
  /// Whether results are one number for each row.
  var isColumn = false
  /// Registers that hold a number known when planning.
  private(set) var literals: [TileRegister: Double] = [:]

  mutating func newRegister() -> TileRegister {
    registerCount += 1
    return TileRegister(index: registerCount - 1)
  }

  mutating func newLiteral(_ value: Double) -> TileRegister {
    let register = newRegister()
    literals[register] = value
    return register
  }

  mutating func emit(
    _ op: apus_op, _ sources: [TileRegister], _ s0: Double = 0, _ s1: Double = 0
  ) -> TileRegister {
    let d = newRegister()
    instructions.append(
      Instruction(op: op, d: d, sources: sources, column: isColumn, numbers: (s0, s1)))
    return d
  }

  /// A row instruction: full in, column out.
  mutating func emitRow(_ op: apus_op, _ source: TileRegister) -> TileRegister {
    let d = newRegister()
    instructions.append(
      Instruction(op: op, d: d, sources: [source], column: false, numbers: (0, 0)))
    return d
  }

  /// An instruction on full registers, whatever the op's own kind.
  mutating func emitFull(_ op: apus_op, _ sources: [TileRegister]) -> TileRegister {
    let d = newRegister()
    instructions.append(
      Instruction(op: op, d: d, sources: sources, column: false, numbers: (0, 0)))
    return d
  }

  /// An instruction on column registers.
  mutating func emitColumn(
    _ op: apus_op, _ sources: [TileRegister], _ s0: Double = 0, _ s1: Double = 0
  ) -> TileRegister {
    let d = newRegister()
    instructions.append(
      Instruction(op: op, d: d, sources: sources, column: true, numbers: (s0, s1)))
    return d
  }

  /// A column register stretched over its rows.
  mutating func expand(_ source: TileRegister) -> TileRegister {
    let d = newRegister()
    instructions.append(
      Instruction(op: APUS_EXPAND, d: d, sources: [source], column: false, numbers: (0, 0)))
    return d
  }
}
