import ApusGraph

/// How numbers are shown: whole numbers as such, others with a number of decimals, tiny and huge ones
/// with an exponent.
public struct NumberStyle: Hashable, Sendable {
  /// Digits after the point.
  public let digits: Int

  /// - Parameter digits: from 1 to 17.
  public init(digits: Int = 6) { self.digits = min(max(digits, 1), 17) }

  /// `16`, `0.017986`, `−5.26e-8`.
  public func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    if value == 0 { return "0" }
    let sign = value < 0 ? "−" : ""
    let size = value.magnitude
    if size == size.rounded(), size < 1e9 { return sign + NumberFormat.fixed(size, digits: 0) }
    if let exact = Self.short(size, digits: digits) { return sign + exact }
    // Fewer than two digits would be left.
    var smallest = 1.0
    for _ in 0..<max(digits - 1, 1) { smallest /= 10 }
    guard size >= smallest, size < 1e9 else { return sign + scientific(size) }
    return sign + NumberFormat.fixed(size, digits: digits)
  }

  /// One number, all of a few, or the shape and norm of a tensor.
  func brief(_ value: Numbers) -> String {
    if let scalar = value.scalar { return text(scalar) }
    return value.values.count <= 4 ? vector(value) : normed(value)
  }

  /// The shape and norm of a tensor.
  func normed(_ value: Numbers) -> String {
    value.scalar.map { text($0) } ?? "\(value.shape) ‖·‖ \(text(value.norm))"
  }

  /// A share or an error: two digits are all that it says.
  func brief(_ value: Double, digits: Int = 0) -> String {
    value == 0 ? "0" : value.isFinite ? Self.shortExponent(value, digits: digits) : text(value)
  }

  /// A number such as 0.25 that has no more decimals than are shown, so that 0.25 and 0.250000 tell
  /// what is exact from what is rounded.
  private static func short(_ size: Double, digits: Int) -> String? {
    let text = size.description
    guard size >= 1e-3, size < 1e9, let point = text.firstIndex(of: "."), !text.contains("e") else {
      return nil
    }
    return text[point...].count - 1 <= digits ? text : nil
  }

  private func scientific(_ size: Double) -> String {
    Self.shortExponent(size, digits: max(2, digits - 4))
  }

  private static func shortExponent(_ value: Double, digits: Int) -> String {
    NumberFormat.scientific(value, digits: digits).replacing("e-0", with: "e-")
      .replacing("e+0", with: "e+").replacing("e+", with: "e")
  }

  /// A formula with numbers in place of names. Sums of more than `terms` summands show the first, the
  /// largest and the last one.
  func numeric(_ formula: Formula, terms limit: Int = 6) -> String {
    joined(formula, limit) { operand, isAlone in
      guard let value = operand.value.scalar else {
        return operand.value.values.count <= 4 ? vector(operand.value) : operand.name
      }
      let text = text(value)
      return text.hasPrefix("−") && !isAlone ? "(\(text))" : text
    }
  }

  func symbolic(_ formula: Formula, terms limit: Int = 6) -> String {
    joined(formula, limit) { operand, isAlone in
      operand.name.hasPrefix("−") && !isAlone ? "(\(operand.name))" : operand.name
    }
  }

  private func vector(_ numbers: Numbers) -> String {
    "[" + numbers.values.map(text).joined(separator: "; ") + "]"
  }

  private func joined(
    _ formula: Formula, _ limit: Int, _ show: (Formula.Operand, _ isAlone: Bool) -> String
  ) -> String {
    let shown = Self.shownTerms(formula, limit)
    var text = ""
    for (position, index) in shown.enumerated() {
      let term = term(formula.terms[index], isFirst: position == 0, show)
      // A term that brings its own sign needs no plus in front.
      let isNegated = term.hasPrefix("−") && position > 0
      if position > 0 {
        text += (index - shown[position - 1] > 1 ? " + …" : "") + (isNegated ? " − " : " + ")
      }
      text += isNegated ? String(term.dropFirst()) : term
    }
    let left = formula.terms.count - shown.count
    return left > 0 ? text + " (\(formula.terms.count) terms)" : text
  }

  private static func shownTerms(_ formula: Formula, _ limit: Int) -> [Int] {
    let count = formula.terms.count
    guard count > limit else { return Array(0..<count) }
    let sizes = formula.terms.map { pieces in
      pieces.reduce(1.0) { size, piece in
        if case .operand(let operand) = piece {
          size * (operand.value.scalar ?? 1).magnitude
        } else {
          size
        }
      }
    }
    let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
    return Set([0, largest, count - 1]).sorted()
  }

  private func term(
    _ pieces: [Formula.Piece], isFirst: Bool,
    _ show: (Formula.Operand, _ isAlone: Bool) -> String
  ) -> String {
    var text = ""
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .text(let part): text += part
      case .operand(let operand):
        let opens =
          index == 0
          ? isFirst && pieces.count == 1
          : Self.ends(pieces[index - 1], "(", ", ", "[", " > ", " < ", " = ")
        let closes =
          index == pieces.count - 1
          || Self.starts(pieces[index + 1], ")", ",", "]", " > ", " < ", " = ")
        text += show(operand, opens && closes)
      }
    }
    return text
  }

  private static func ends(_ piece: Formula.Piece, _ texts: String...) -> Bool {
    if case .text(let text) = piece { texts.contains { text.hasSuffix($0) } } else { false }
  }

  private static func starts(_ piece: Formula.Piece, _ texts: String...) -> Bool {
    if case .text(let text) = piece { texts.contains { text.hasPrefix($0) } } else { false }
  }
}
