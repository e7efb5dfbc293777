/// Samples are rows, the input is A[0]: Z[1] = A[0]·W[1]ᵀ + b[1]ᵀ; W[1]_23 goes to unit 2 from unit 3.
struct Deck001Notation: NotationRules {
  let summary = "deck 001: rows, Z[l] = A[l−1]·W[l]ᵀ + b[l]ᵀ, A[0] = X, W[l]_jk to j from k"
  let loss = "L"

  func target(_ index: Int?) -> String { Self.subscripted("Y", index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("A[\(layer)]", index)
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("Z[\(layer)]", index)
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    Self.subscripted("W[\(layer)]", entry?.to, entry?.from)
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    Self.subscripted("b[\(layer)]", index)
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(unit(layer - 1, nil, of: depth))·\(weight(layer, nil, of: depth))ᵀ"
  }

  func addedBias(_ layer: Int, of depth: Int) -> String { bias(layer, nil, of: depth) + "ᵀ" }

  func shape(ofBias units: Int) -> [Int] { [units, 1] }
}
