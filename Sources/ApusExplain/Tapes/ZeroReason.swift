/// Why a gradient is exactly zero.
enum ZeroReason {
  /// In words for the row's note; nil for a gradient that is not zero.
  static func note(_ row: BackwardRow, in explanation: Explanation) -> String? {
    guard row.gradient.values.allSatisfy({ $0 == 0 }), !row.gradient.values.isEmpty else {
      return nil
    }
    guard !row.contributions.isEmpty else { return "0: nothing that leads to the result uses it" }
    var reasons: [String] = []
    for contribution in row.contributions {
      let reason = reason(of: contribution, in: explanation)
      if let reason, !reasons.contains(reason) { reasons.append(reason) }
    }
    if row.contributions.contains(where: { $0.product.values.contains { $0 != 0 } }) {
      return "0: what its uses add cancels exactly"
    }
    return "0: "
      + (reasons.isEmpty ? ["the local derivative is 0"] : reasons).joined(separator: "; ")
  }

  private static func reason(
    of contribution: Contribution, in explanation: Explanation
  ) -> String? {
    if contribution.upstream.values.allSatisfy({ $0 == 0 }) {
      return "row \(contribution.row) is 0"
    }
    guard let local = contribution.local else { return tensorReason(contribution) }
    guard local == 0 else { return nil }
    let name = contribution.through
    switch contribution.operation {
    case "relu": return "the ReLU of \(name) is off, its slope is 0"
    case "maximum": return "it loses the max in \(name)"
    case "minimum": return "it loses the min in \(name)"
    case "reduce_max", "reduce_min": return "another element wins in \(name)"
    case "sigmoid", "tanh": return "\(name) is saturated: its slope rounds to 0"
    case "step", "sign", "floor":
      return "\(contribution.operation) is flat: its slope is 0 everywhere"
    case "abs": return "|x| has slope 0 at 0, by convention"
    default: break
    }
    let factors = contribution.localFormula.operands.filter { $0.value.scalar == 0 }
    if let factor = factors.first {
      return "it is multiplied by \(factor.role == .constant ? "0" : "\(factor.name) = 0")"
    }
    return "the local derivative of \(name) is 0"
  }

  private static func tensorReason(_ contribution: Contribution) -> String? {
    guard contribution.product.values.allSatisfy({ $0 == 0 }) else { return nil }
    return contribution.operation == "relu"
      ? "no ReLU of \(contribution.through.dropFirst()) is on where a gradient arrives"
      : "the local derivatives of \(contribution.through.dropFirst()) are 0"
  }
}
