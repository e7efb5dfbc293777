/// What to notice at the rows of an explanation: saturated units, ReLUs that are off, ties, zeros.
enum RowNotes {
  /// A slope below this counts as saturated.
  static let saturation = 1e-3

  static func add(to explanation: inout Explanation) {
    for index in explanation.forward.indices {
      explanation.forward[index].note = note(explanation.forward[index], in: explanation)
    }
    for index in explanation.backward.indices {
      explanation.backward[index].note = ZeroReason.note(
        explanation.backward[index], in: explanation)
    }
  }

  private static func note(_ row: ForwardRow, in explanation: Explanation) -> String? {
    if row.value.hasBadValue { return badValue(row) }
    guard let value = row.value.scalar else { return tensorNote(row) }
    switch row.operation {
    case "sigmoid" where slope(row.operation, value) < saturation:
      return "saturated: σ' = \(brief(slope(row.operation, value)))"
    case "tanh" where slope(row.operation, value) < saturation:
      return "saturated: tanh' = \(brief(slope(row.operation, value)))"
    case "relu":
      guard let x = row.formula.operands.first?.value.scalar else { return nil }
      return x == 0 ? "at the kink: slope 0" : x < 0 ? "off: slope 0" : nil
    case "maximum", "minimum":
      let values = row.formula.operands.compactMap(\.value.scalar)
      return values.count == 2 && values[0] == values[1] ? "a tie: each half" : nil
    case "abs" where value == 0: return "at the kink: slope 0"
    default: return nil
    }
  }

  /// The derivative of a squashing function at its value.
  static func slope(_ operation: String, _ value: Double) -> Double {
    operation == "tanh" ? 1 - value * value : value * (1 - value)
  }

  private static func tensorNote(_ row: ForwardRow) -> String? {
    let values = row.value.values
    switch row.operation {
    case "sigmoid", "tanh":
      let count = values.filter { slope(row.operation, $0) < saturation }.count
      return count > 0 ? "\(count) of \(values.count) saturated" : nil
    case "relu":
      let count = values.filter { $0 == 0 }.count
      return count > 0 ? "\(count) of \(values.count) off" : nil
    default: return nil
    }
  }

  private static func badValue(_ row: ForwardRow) -> String {
    let count = row.value.values.filter { !$0.isFinite }.count
    return row.value.values.count == 1
      ? "not a finite number" : "\(count) of \(row.value.values.count) are not finite"
  }

  static func brief(_ value: Double) -> String { NumberStyle(digits: 6).brief(value, digits: 1) }
}
