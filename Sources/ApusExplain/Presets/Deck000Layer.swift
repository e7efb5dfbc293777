extension Preset {
  /// 000·04 and 000·05
  static let deck000Layer = Preset(
    "deck000.layer", "a layer as a matrix: F(Wx + b)", origin: .given,
    notes: ["the slide does not name F; the ReLU of the next slide is taken"],
    expression: "Wx = W@x; s = Wx + b; F = relu(s)",
    at: "W=[[2,4,2],[1,3,7],[0,7,3]], x=[1;3;2], b=[-3;0;2]")
}
