import ApusGraph
import CKernels

/// Values that one tile program computes, element by element and row by row.
struct TileGroup {
  /// How a value lies in the group's matrix.
  enum Kind {
    /// One number for each element.
    case full
    /// One number for each row.
    case column
  }

  /// In order of the graph.
  var nodes: [Int]
  var kinds: [Int: Kind]
  /// The type of the registers.
  let dtype: apus_dtype
  /// Elements of the matrix.
  let count: Int
  /// Its width, once an operand or a row instruction needs one.
  var columns: Int?
  var hasRows: Bool
  /// The product whose epilogue the group is.
  var product: Int?
  /// When it runs, in the order of stages; later than all it reads.
  var time: Int
  /// The earliest time of a stage that reads its values.
  var firstUse = Int.max
  /// Registers that its instructions write, if none were used twice.
  var results: Int
  /// What it reads from outside.
  var sources: Set<Source>

  /// A value as an operand has it.
  struct Source: Hashable {
    let value: Int
    let shape: [Int]
  }

  var rows: Int { columns.map { $0 == 0 ? 0 : count / $0 } ?? 1 }

  /// How many values may be read and computed in a group, so that each can have a register.
  static let registerLimit = Int(APUS_MAX_REGISTERS) - 2
}

extension TileGroup {
  /// Whether two widths can be one.
  static func merged(_ a: Int?, _ b: Int?) -> (fits: Bool, columns: Int?) {
    guard let a, let b else { return (true, a ?? b) }
    return (a == b, a)
  }
}
