import ApusLayers

extension Preset {
  /// 004·12 to 004·15
  static let deck004Example = {
    var preset = example
    preset.slideNumbers = [
      SlideNumber("h1", "1"), SlideNumber("h2", "0.02"), SlideNumber("∂L/∂y1_in", "−0.11"),
      SlideNumber("∂L/∂y2_in", "0.026"), SlideNumber("∂L/∂v(h1→y1)", "−0.11"),
      SlideNumber("∂L/∂v(h1→y2)", "0.027"), SlideNumber("∂L/∂v(h2→y1)", "−0.0018"),
      SlideNumber("∂L/∂v(h2→y1)", "−0.002"), SlideNumber("∂L/∂v(h2→y2)", "0.0004"),
      SlideNumber("∂L/∂h1", "−0.158"), SlideNumber("∂L/∂w(x1→h1)", "0"),
      SlideNumber("∂L/∂w(x2→h1)", "0"), SlideNumber("∂L/∂w(x1→h2)", "0.0001"),
      SlideNumber("∂L/∂w(x2→h2)", "0.00004"),
    ]
    return preset
  }()

  private static let example = Preset(
    "deck004.example", "the worked example: 2-2-2, σ, L = e1² + e2²", origin: .reconstructed,
    notes: [
      "given are x, t, L, v(h1→y1) = 1 and v(h1→y2) = −2; the other weights are recalled from a "
        + "classic example with these data and fit all printed gradients but two",
      "the slide's 0.0001 and 0.00004 for the weights to h2 are ten times too small",
    ], rows: 2, notation: .words, learningRate: 0.5
  ) { rows, notation in
    let layers: [PresetLayer] = [
      ([[6, -2], [-3, 5]], nil, .sigmoid), ([[1, 0.25], [-2, 2]], nil, .sigmoid),
    ]
    return try PresetNetwork.subject(
      layers, loss: .squaredError(.sum),
      rows: rows, inputs: [[3, 1], [-1, 4]], targets: [[1, 0], [0, 1]],
      notation)
  }
}
