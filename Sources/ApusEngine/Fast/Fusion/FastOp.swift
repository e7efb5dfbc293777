import ApusGraph

/// An op for which the fast engine has something better than its reference kernel: ``TileOp``,
/// ``RowOp``, ``AliasOp`` and ``LoopOp`` are its kinds, and which of them an op is, it says itself.
///
/// One question to the runtime (`as? any FastOp`) answers all: each takes it tens of microseconds for
/// each type of op, because it goes through all conformances of the program.
protocol FastOp: Primitive {
  var alias: (any AliasOp)? { get }
  var rows: (any RowOp)? { get }
  var tile: (any TileOp)? { get }
  var loop: (any LoopOp)? { get }
}

extension FastOp {
  var alias: (any AliasOp)? { nil }
  var rows: (any RowOp)? { nil }
  var tile: (any TileOp)? { nil }
  var loop: (any LoopOp)? { nil }
}

extension AliasOp { var alias: (any AliasOp)? { self } }
extension RowOp { var rows: (any RowOp)? { self } }
extension TileOp { var tile: (any TileOp)? { self } }
extension LoopOp { var loop: (any LoopOp)? { self } }
