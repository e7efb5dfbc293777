/// Units have names, weights say what they connect: `w(x1→h2)`. With two layers of weights they are w
/// and v, as in the worked example of deck 004.
struct WordsNotation: NotationRules {
  let summary = "units by name, weights by what they connect (from→to)"
  let loss = "L"

  func target(_ index: Int?) -> String { "t" + number(index) }

  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    if layer == 0 { return "x" + number(index) }
    if layer == depth { return "y" + number(index) }
    if depth == 2 { return "h" + number(index) }
    return "h\(layer)" + (index.map { ".\($0)" } ?? "")
  }

  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    unit(layer, index, of: depth) + "_in"
  }

  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String {
    let letter = depth == 2 && layer == 2 ? "v" : "w"
    guard let entry else { return depth <= 2 ? letter : "\(letter)\(layer)" }
    let from = unit(layer - 1, entry.from, of: depth)
    return "\(letter)(\(from)→\(unit(layer, entry.to, of: depth)))"
  }

  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String {
    guard let index else { return depth == 1 ? "b" : "b\(layer)" }
    return "b(\(unit(layer, index, of: depth)))"
  }

  func product(_ layer: Int, of depth: Int) -> String {
    "\(unit(layer - 1, nil, of: depth))·\(weight(layer, nil, of: depth))ᵀ"
  }

  private func number(_ index: Int?) -> String { index.map { "\($0)" } ?? "" }
}
