/// The words of a backward row, the same in text and Markdown.
struct BackwardWording {
  private let style: NumberStyle
  private let result: String

  init(_ explanation: Explanation, _ style: NumberStyle) {
    self.style = style
    result = explanation.backward.first?.quantity.name ?? "F"
  }

  func name(_ row: BackwardRow) -> String { "∂\(result)/∂\(row.quantity.name)" }

  /// `row 17·v(h1→y1) + row 18·v(h1→y2)`
  func symbolic(_ row: BackwardRow) -> String {
    guard !row.contributions.isEmpty else {
      return row.gradient.scalar == 1 ? "1, where it starts" : "no use of it reaches the result"
    }
    return row.contributions.map(symbolic).joined(separator: " + ")
  }

  /// The same with numbers; empty for a tensor and where it is just the value.
  func numeric(_ row: BackwardRow) -> String {
    guard row.gradient.scalar != nil, !row.contributions.isEmpty else { return "" }
    let text = row.contributions.enumerated().map { numeric($1, isFirst: $0 == 0) }
      .joined(separator: " + ")
    return text == value(row) ? "" : text
  }

  func value(_ row: BackwardRow) -> String {
    row.gradient.scalar.map(style.text) ?? "‖·‖ " + style.text(row.gradient.norm)
  }

  private func symbolic(_ contribution: Contribution) -> String {
    let local = style.symbolic(contribution.localFormula)
    let upstream = "row \(contribution.row)"
    guard contribution.local != nil else { return local }
    return local == "1"
      ? upstream : local == "−1" ? "−" + upstream : "\(upstream)·\(factor(local))"
  }

  /// A sum as a factor needs parentheses.
  private func factor(_ text: String) -> String {
    let isSum = text.contains(" + ") || text.contains(" − ") || text.hasPrefix("−")
    return isSum && !Self.isClosed(text) ? "(\(text))" : text
  }

  /// Whether no plus or minus stands outside of brackets.
  private static func isClosed(_ text: String) -> Bool {
    if text.hasPrefix("−") { return false }
    var depth = 0
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if depth == 0, character == "+" || character == "−" { return false }
    }
    return true
  }

  private func numeric(_ contribution: Contribution, isFirst: Bool) -> String {
    guard let upstream = contribution.upstream.scalar, let local = contribution.local else {
      return ""
    }
    let value = style.text(upstream)
    let first = value.hasPrefix("−") && !isFirst ? "(\(value))" : value
    let factor = style.text(local)
    if factor == "1" { return first }
    return first + "·" + (factor.hasPrefix("−") ? "(\(factor))" : factor)
  }
}
