/// The words of a backward row, the same in text and Markdown.
struct BackwardWording {
  /// Summands that are written into one line at most.
  private static let summands = 6

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
    let uses = row.contributions
    guard uses.count > Self.summands else { return uses.map(symbolic).joined(separator: " + ") }
    return symbolic(uses[0]) + " + … + " + symbolic(uses[uses.count - 1])
      + " (\(uses.count) summands)"
  }

  /// The same with numbers; empty for a tensor and where it is just the value.
  func numeric(_ row: BackwardRow) -> String {
    guard row.gradient.scalar != nil, !row.contributions.isEmpty else { return "" }
    let text = shortened(row.contributions)
    return text == value(row) ? "" : text
  }

  /// Up to 6 summands, else the first, the largest and the last one.
  private func shortened(_ uses: [Contribution]) -> String {
    guard uses.count > Self.summands else {
      return uses.enumerated().map { numeric($1, isFirst: $0 == 0) }.joined(separator: " + ")
    }
    let sizes = uses.map { $0.product.norm }
    let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
    let chosen = Set([0, largest, uses.count - 1]).sorted()
    var text = ""
    for (position, index) in chosen.enumerated() {
      if position > 0 { text += index - chosen[position - 1] > 1 ? " + … + " : " + " }
      text += numeric(uses[index], isFirst: position == 0)
    }
    return text + " (\(uses.count) summands)"
  }

  /// The summands of a row that is too long for them, one a line: `through y1: −0.1·0.25 = −0.025`.
  func summands(_ row: BackwardRow) -> [String] {
    guard row.contributions.count > Self.summands else { return [] }
    let width = row.contributions.map(\.through.count).max() ?? 0
    return row.contributions.compactMap { use in
      guard let product = use.product.scalar else { return nil }
      return "through " + use.through.padded(to: width) + "  " + numeric(use, isFirst: true) + " = "
        + style.text(product)
    }
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
