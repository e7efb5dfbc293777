extension Preset {
  private static let lost = "the slide's numbers are lost; these are ours"

  /// 000·12
  static let deck000Max = max(
    "deck000.max", "the graph of max(w1x1 + w2x2, x3), the sum wins", x3: 1)

  /// The same where x3 wins: "why is it zero?"
  static let deck000MaxLosing = max(
    "deck000.max-losing", "the same graph where x3 wins and all else gets 0", x3: 5)

  /// The same at the tie.
  static let deck000MaxTie = max(
    "deck000.max-tie", "the same graph at a tie: each side gets half", x3: 2)

  private static func max(_ name: String, _ summary: String, x3: Int) -> Preset {
    Preset(
      name, summary, origin: .ours, notes: [lost],
      expression: "a = w1*x1; b = w2*x2; s = a + b; F = max(s, x3)",
      at: "w1=2, w2=-1, x1=3, x2=4, x3=\(x3)", parameters: ["w1", "w2"])
  }
}
