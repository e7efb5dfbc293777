/// Samples are rows that are fed as columns, layers count from 0: w(0)·Xᵀ + b(0), a(1); w(0)_23 goes to
/// unit 2 from unit 3.
struct Deck003Notation: NotationRules {
  let summary = "deck 003: rows fed as Xᵀ, w(i)·a(i) + b(i) from i = 0, w(i)_jk to j from k"
  let loss = "J"

  func target(_ index: Int?) -> String { Self.subscripted("y", index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted(layer == 0 ? "X" : layer == depth ? "ŷ" : "a(\(layer))", index)
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("z(\(layer))", index)
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    Self.subscripted("w(\(layer - 1))", entry?.to, entry?.from)
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("b(\(layer - 1))", index)
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(weight(layer, nil, of: depth))·\(unit(layer - 1, nil, of: depth))" + (layer == 1 ? "ᵀ" : "")
  }

  func shape(ofUnits count: Int, rows: Int) -> (symbolic: String, concrete: [Int]) {
    ("[\(count), m]", [count, rows])
  }

  func shape(ofBias units: Int) -> [Int] { [units, 1] }
}
