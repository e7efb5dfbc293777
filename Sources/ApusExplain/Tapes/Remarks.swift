import ApusGraph

/// What is worth knowing about the numbers of an explanation.
struct Remarks {
  /// Below this a number prints as 0 with six decimals.
  private static let displayed = 0.5e-6
  private static let style = NumberStyle(digits: 6)

  private let explanation: Explanation
  private var found: [Remark] = []

  static func add(to explanation: inout Explanation, _ tape: Tape) {
    RowNotes.add(to: &explanation)
    var remarks = Remarks(explanation)
    remarks.badValues()
    remarks.gradientErrors()
    remarks.saturation()
    remarks.deadUnits()
    remarks.ties()
    remarks.zeros()
    remarks.displayedZeros()
    remarks.cancellation()
    remarks.probabilities()
    remarks.vanishing()
    remarks.missingGradient(tape)
    explanation.remarks = remarks.found
  }

  private init(_ explanation: Explanation) { self.explanation = explanation }

  private mutating func note(_ kind: Remark.Kind, _ rows: [Int], _ text: String) {
    found.append(Remark(kind, rows: rows, text))
  }

  /// `row 3`, `rows 3, 4 and 7`; long lists are cut.
  private func rows(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(8).map { "\($0)" }
    if numbers.count == 1 { return "row \(numbers[0])" }
    if numbers.count > 8 { return "rows \(shown.joined(separator: ", ")), … (\(numbers.count))" }
    return "rows " + shown.dropLast().joined(separator: ", ") + " and \(shown.last ?? "")"
  }

  private mutating func badValues() {
    if let row = explanation.forward.first(where: { $0.value.hasBadValue }) {
      let operands = row.formula.operands.filter { !$0.value.hasBadValue }.prefix(4).map {
        $0.name + ($0.value.scalar.map { " = " + Self.style.text($0) } ?? "")
      }
      note(
        .badValue, [row.number],
        "row \(row.number), \(row.quantity.name) by \(row.operation), is the first number that is "
          + "not finite"
          + (operands.isEmpty ? "" : "; it comes from " + operands.joined(separator: ", ")))
    } else if let row = explanation.backward.first(where: { $0.gradient.hasBadValue }) {
      note(
        .badValue, [row.number],
        "row \(row.number), the gradient of \(row.quantity.name), is the first that is not finite")
    }
  }

  /// Where backpropagation and differences disagree, which they do at kinks.
  private mutating func gradientErrors() {
    let scale = explanation.backward.map { $0.gradient.norm }.filter(\.isFinite).max() ?? 0
    let wrong = explanation.backward.filter { row in
      let own = row.gradient.scalar ?? row.gradient.norm
      return !((own - row.estimate.value).magnitude <= 1e-6 * max(scale, 1e-12)) && own.isFinite
    }
    guard !wrong.isEmpty, !found.contains(where: { $0.kind == .badValue }) else { return }
    let kinks = explanation.forward.filter {
      $0.note?.contains("kink") == true || $0.note?.contains("tie") == true
    }
    let reason =
      kinks.isEmpty
      ? "the function may bend too sharply there"
      : "the differences step across the kink of \(rows(kinks.map(\.number)))"
    note(
      .gradientError, wrong.map(\.number),
      "\(rows(wrong.map(\.number))): gradient and differences disagree by more than a millionth; "
        + reason)
  }

  private mutating func saturation() {
    let saturated = explanation.forward.filter { $0.note?.contains("saturated") == true }
    guard let first = saturated.first else { return }
    note(
      .saturation, saturated.map(\.number),
      "\(rows(saturated.map(\.number))): \(first.quantity.name)"
        + (saturated.count > 1 ? " and others are" : " is")
        + " saturated (\((first.note ?? "").replacing("saturated: ", with: ""))); what flows back through it is multiplied by that slope"
    )
  }

  private mutating func deadUnits() {
    let off = explanation.forward.filter {
      $0.operation == "relu" && $0.note?.contains("off") == true
    }
    guard !off.isEmpty else { return }
    note(
      .deadUnit, off.map(\.number),
      "\(rows(off.map(\.number))): ReLUs that are off on this example pass no gradient; a unit "
        + "that is off on every example is dead")
  }

  private mutating func ties() {
    for row in explanation.forward where row.note?.contains("tie") == true {
      note(
        .tie, [row.number],
        "row \(row.number): at a tie \(row.quantity.name) has no derivative; by convention each side "
          + "gets half, and the differences say the same from both sides")
    }
    for row in explanation.forward where row.note?.contains("kink") == true {
      note(
        .kink, [row.number],
        "row \(row.number): at 0 there is a kink; by convention the slope is 0 there")
    }
  }

  private mutating func zeros() {
    let zero = explanation.backward.filter { $0.note?.hasPrefix("0: ") == true }
    // Those that others follow from.
    let causes = zero.filter { !($0.note ?? "").hasPrefix("0: row ") }
    guard !zero.isEmpty else { return }
    var names: [String: [String]] = [:]
    var order: [String] = []
    for row in causes {
      let reason = String((row.note ?? "").dropFirst(3))
      if names[reason] == nil { order.append(reason) }
      names[reason, default: []].append(row.quantity.name)
    }
    let reasons = order.prefix(4).map { reason in
      let all = names[reason] ?? []
      let shown = all.prefix(4).joined(separator: ", ") + (all.count > 4 ? ", …" : "")
      return "\(shown): \(reason)"
    }
    note(
      .zeroGradient, zero.map(\.number),
      "why is it zero? " + reasons.joined(separator: "; ")
        + (order.count > 4 ? "; …" : "")
        + (zero.count > causes.count
          ? "; \(rows(zero.filter { ($0.note ?? "").hasPrefix("0: row ") }.map(\.number))) follow"
          : ""))
  }

  private mutating func displayedZeros() {
    let tiny = explanation.backward.filter {
      guard let value = $0.gradient.scalar else { return false }
      return value != 0 && value.magnitude < Self.displayed
    }
    guard let largest = tiny.max(by: { $0.gradient.norm < $1.gradient.norm }) else { return }
    note(
      .displayedZero, tiny.map(\.number),
      "\(rows(tiny.map(\.number))): not zero, only small, at most "
        + RowNotes.brief(largest.gradient.norm) + "; with six decimals they print as 0")
  }

  private mutating func cancellation() {
    for row in explanation.backward where row.contributions.count > 1 {
      guard let sum = row.gradient.scalar, sum != 0 else { continue }
      let largest = row.contributions.compactMap { $0.product.scalar?.magnitude }.max() ?? 0
      guard sum.magnitude < 1e-3 * largest else { continue }
      note(
        .cancellation, [row.number],
        "row \(row.number): contributions of up to \(RowNotes.brief(largest)) nearly cancel to "
          + RowNotes.brief(sum.magnitude))
    }
  }

  /// A sigmoid in front of binary cross-entropy: two long factors whose product is p − t.
  private mutating func probabilities() {
    for row in explanation.backward where row.contributions.count == 1 {
      let own = row.contributions[0]
      guard own.operation == "sigmoid",
        let output = explanation.backward.first(where: { $0.number == own.row }),
        let entropy = output.contributions.first, output.contributions.count == 1,
        entropy.operation == "binary_cross_entropy", let first = entropy.local,
        let second = own.local
      else { continue }
      let names = entropy.localFormula.operands.map(\.name)
      guard let target = names.first, let p = names.last else { continue }
      note(
        .cancellation, [output.number, row.number],
        "rows \(output.number) and \(row.number): the long product "
          + "\(Self.style.text(first))·\(Self.style.text(second)) is just \(p) − \(target) = "
          + "\(Self.style.text(first * second)): \(p)(1 − \(p)) cancels")
    }
  }

  private mutating func vanishing() {
    let weights = explanation.parameters.filter { $0.shape.count == 2 && !$0.layer.isEmpty }
    guard let first = weights.first, let last = weights.last, weights.count > 1,
      last.gradientNorm > 0, first.gradientNorm > 0
    else { return }
    let ratio = first.gradientNorm / last.gradientNorm
    guard ratio < 1e-2 || ratio > 1e2 else { return }
    note(
      .vanishing, [],
      "‖∂\(first.name)‖/‖∂\(last.name)‖ = \(RowNotes.brief(ratio)): the gradient "
        + (ratio < 1 ? "vanishes" : "explodes") + " on its way to the first layer")
  }

  private mutating func missingGradient(_ tape: Tape) {
    guard explanation.backward.isEmpty, let last = explanation.forward.last else { return }
    let count = tape.trace.numbers(tape.subject.result).count
    if count != 1 {
      note(
        .note, [last.number],
        "\(last.quantity.tensor) has \(count) numbers; a gradient starts from one: write sum(…) "
          + "around it")
    }
  }
}
