/// A sample is a column: z1 = W1·x + b1, a1 = relu(z1), ŷ; W1_23 goes to unit 2 from unit 3.
struct Deck000Notation: NotationRules {
  let summary = "deck 000: column x, W1·x + b1, W1_jk to j from k"
  let loss = "J"

  func target(_ index: Int?) -> String { Self.subscripted("y", index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted(layer == 0 ? "x" : layer == depth ? "ŷ" : "a\(layer)", index)
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("z\(layer)", index)
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    Self.subscripted("W\(layer)", entry?.to, entry?.from)
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("b\(layer)", index)
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(weight(layer, nil, of: depth))·\(unit(layer - 1, nil, of: depth))"
  }

  func shape(ofUnits count: Int, rows: Int) -> (symbolic: String, concrete: [Int]) {
    ("[\(count), 1]", [count, rows])
  }

  func shape(ofBias units: Int) -> [Int] { [units, 1] }
}
