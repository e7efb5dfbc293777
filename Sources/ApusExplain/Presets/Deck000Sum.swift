extension Preset {
  /// 000·02
  static let deck000Sum = Preset(
    "deck000.sum", "a column plus a column, then F", origin: .given,
    notes: ["the slide does not name F; the ReLU of the next slide is taken"],
    expression: "s = [18;24;27] + [-3;0;2]; F = relu(s)", at: "")
}
