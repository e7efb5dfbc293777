/// Samples are rows, the input is layer 1: z(2) = x·W(1), a(2) = σ(z(2)), ŷ; weights are stored in×out,
/// so W(1)_32 goes from unit 3 to unit 2.
struct Deck002Notation: NotationRules {
  let summary = "deck 002: rows, z(l+1) = a(l)·W(l), x = a(1), W(l)_kj from k to j"
  let loss = "J"

  func target(_ index: Int?) -> String { Self.subscripted("y", index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted(layer == 0 ? "x" : layer == depth ? "ŷ" : "a(\(layer + 1))", index)
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("z(\(layer + 1))", index)
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    Self.subscripted("W(\(layer))", entry?.from, entry?.to)
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("b(\(layer))", index)
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(unit(layer - 1, nil, of: depth))·\(weight(layer, nil, of: depth))"
  }

  func shape(ofWeight to: Int, _ from: Int) -> [Int] { [from, to] }
}
