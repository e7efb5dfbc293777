import ApusGraph

/// A number with few digits, as a slide or a pocket calculator shows it.
struct SlideDigits: Hashable, Sendable {
  enum Counted: String, Hashable, Sendable, CaseIterable {
    /// Digits after the point.
    case decimals
    /// Digits from the first one that is not 0.
    case significant
  }

  let count: Int
  let counted: Counted

  /// To the nearest number with so many digits: `−0.11`.
  func rounded(_ value: Double) -> String {
    guard let decimals = decimals(of: value) else { return special(value) }
    return Self.shown(NumberFormat.fixed(value, digits: decimals))
  }

  /// The digits behind are left out.
  func cut(_ value: Double) -> String {
    guard let decimals = decimals(of: value) else { return special(value) }
    return Self.cut(value, decimals)
  }

  /// The rounded number itself.
  func number(_ value: Double) -> Double {
    value.isFinite && value.magnitude < 1e15 ? Self.number(rounded(value)) ?? value : value
  }

  static func number(_ text: String) -> Double? { Double(text.replacing("−", with: "-")) }

  /// A few more digits than are stored exactly guard against 0.29 = 0.28999….
  static func cut(_ value: Double, _ decimals: Int) -> String {
    let text = NumberFormat.fixed(value, digits: decimals + 6)
    let end = text.index(text.endIndex, offsetBy: decimals == 0 ? -7 : -6)
    return shown(String(text[..<end]))
  }

  static func rounded(_ value: Double, _ decimals: Int) -> String {
    shown(NumberFormat.fixed(value, digits: decimals))
  }

  private func special(_ value: Double) -> String { NumberStyle(digits: max(count, 2)).text(value) }

  /// Nil where a point and digits are no way to write it.
  private func decimals(of value: Double) -> Int? {
    guard value.isFinite, value.magnitude < 1e12 else { return nil }
    guard counted == .significant, value != 0 else { return count }
    var (size, exponent) = (value.magnitude, 0)
    while size >= 10 { (size, exponent) = (size / 10, exponent + 1) }
    while size < 1, exponent > -12 { (size, exponent) = (size * 10, exponent - 1) }
    return size < 1 ? nil : max(count - 1 - exponent, 0)
  }

  /// With a true minus sign, and 0 without any.
  private static func shown(_ text: String) -> String {
    text.allSatisfy { "-0.".contains($0) } ? "0" : text.replacing("-", with: "−")
  }
}

/// A number that a slide prints, and how it comes from the exact one.
public struct SlideNumber: Hashable, Sendable {
  /// As the rows name it, in words: `h2`, `∂v(h2→y1)`.
  public let name: String
  /// As printed: `−0.0018`.
  public let text: String

  public init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  private var decimals: Int {
    text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
  }

  /// In words.
  func verdict(_ exact: Double) -> String {
    guard let printed = SlideDigits.number(text) else { return "no number" }
    if printed == 0, exact != 0, exact.magnitude < 0.5e-3 {
      return "not zero, only too small for the slide"
    }
    if let how = how(printed, exact) { return how }
    if let how = how(printed, exact / 10) { return "ten times too small, then \(how)" }
    if let how = how(printed, exact * 10) { return "ten times too large, then \(how)" }
    if how(printed, -exact) != nil { return "the other sign" }
    return "no rounding of the exact number"
  }

  private func how(_ printed: Double, _ exact: Double) -> String? {
    let isRounded = SlideDigits.number(SlideDigits.rounded(exact, decimals)) == printed
    let isCut = SlideDigits.number(SlideDigits.cut(exact, decimals)) == printed
    if isRounded, isCut { return "rounded or truncated" }
    return isRounded ? "rounded" : isCut ? "truncated" : nil
  }
}
