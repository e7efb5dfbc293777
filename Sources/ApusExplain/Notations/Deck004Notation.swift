/// Scalars first, then layers: z(1)_j = Σ w(1)_jk·a(0)_k + b(1)_j; w(1)_23 goes to unit 2 from unit 3.
struct Deck004Notation: NotationRules {
  let summary = "deck 004: z(l)_j = Σ w(l)_jk·a(l−1)_k + b(l)_j, to j from k"
  let loss = "C0"

  func target(_ index: Int?) -> String { Self.subscripted("y", index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("a(\(layer))", index)
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("z(\(layer))", index)
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    Self.subscripted("w(\(layer))", entry?.to, entry?.from)
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("b(\(layer))", index)
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(weight(layer, nil, of: depth))·\(unit(layer - 1, nil, of: depth))"
  }

  func shape(ofUnits count: Int, rows: Int) -> (symbolic: String, concrete: [Int]) {
    ("[\(count)]", [count])
  }
}
