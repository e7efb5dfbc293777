/// A way to write networks down. The five lectures have one each, for the same thing.
public enum Notation: String, Hashable, Sendable, CaseIterable {
  /// Units by name and weights by what they connect: `h1`, `w(x1→h2)`.
  case words
  case deck000, deck001, deck002, deck003, deck004

  package var rules: any NotationRules {
    switch self {
    case .words: WordsNotation()
    case .deck000: Deck000Notation()
    case .deck001: Deck001Notation()
    case .deck002: Deck002Notation()
    case .deck003: Deck003Notation()
    case .deck004: Deck004Notation()
    }
  }
}

/// The names of a network's quantities. Layers of weights count from 1 to `depth`; layer 0 is the
/// input. An index counts from 1; nil names the whole tensor.
package protocol NotationRules: Sendable {
  /// In one line, for the header.
  var summary: String { get }
  /// The loss: `J`.
  var loss: String { get }
  func target(_ index: Int?) -> String
  /// The input (layer 0), an activation, or the prediction (the last layer).
  func unit(_ layer: Int, _ index: Int?, of depth: Int) -> String
  func netInput(_ layer: Int, _ index: Int?, of depth: Int) -> String
  /// A weight from unit `from` of the layer before to unit `to`.
  func weight(_ layer: Int, _ entry: (to: Int, from: Int)?, of depth: Int) -> String
  func bias(_ layer: Int, _ index: Int?, of depth: Int) -> String
  /// How the net input of a whole layer is written, before its bias.
  func product(_ layer: Int, of depth: Int) -> String
  /// How the bias is added to it: `b[1]ᵀ`.
  func addedBias(_ layer: Int, of depth: Int) -> String
  /// Shapes as this notation has them, with symbols and for N rows.
  func shape(ofUnits count: Int, rows: Int) -> (symbolic: String, concrete: [Int])
  func shape(ofWeight to: Int, _ from: Int) -> [Int]
  func shape(ofBias units: Int) -> [Int]
}

extension NotationRules {
  /// `_2`, `_2,13`; indices of one digit stand side by side.
  static func subscripted(_ base: String, _ indices: Int?...) -> String {
    let known = indices.compactMap { $0 }
    if known.isEmpty { return base }
    let separator = known.allSatisfy { $0 < 10 } ? "" : ","
    return base + "_" + known.map { "\($0)" }.joined(separator: separator)
  }

  package func addedBias(_ layer: Int, of depth: Int) -> String { bias(layer, nil, of: depth) }

  package func shape(ofUnits count: Int, rows: Int) -> (symbolic: String, concrete: [Int]) {
    ("[N, \(count)]", [rows, count])
  }

  package func shape(ofWeight to: Int, _ from: Int) -> [Int] { [to, from] }

  package func shape(ofBias units: Int) -> [Int] { [units] }
}
