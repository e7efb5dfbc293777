import ApusGraph

/// One thing that a plan does, before it becomes steps: which values it reads and writes, and when.
///
/// Values are numbered as nodes; copies that the planner adds have numbers after the last node.
struct Stage {
  enum Work {
    /// A tile program, with the product whose epilogue it is, if any.
    case tile(TileGroup)
    /// An op's own loop, or a product by itself.
    case kernel(Int)
    case copy(from: Int, to: Int)
  }

  var work: Work
  var time: Int
  var reads: [Int]
  var writes: [Int]
  /// Whether it runs block by block and adds up over the rows; set by ``RowBlocks``.
  var sumsRows = false

  /// The product that it computes, alone or with what comes after it.
  func product(_ table: ValueTable) -> Int? {
    switch work {
    case .copy: nil
    case .tile(let group): group.product
    case .kernel(let index): table.node(index).op is MatMul ? index : nil
    }
  }
}
