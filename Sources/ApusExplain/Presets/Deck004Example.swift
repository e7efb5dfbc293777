import ApusLayers

extension Preset {
  /// 004·12 to 004·15
  static let deck004Example = Preset(
    "deck004.example", "the worked example: 2-2-2, σ, L = e1² + e2²", origin: .reconstructed,
    notes: [
      "given are x, t, L, v(h1→y1) = 1 and v(h1→y2) = −2; the other weights are recalled from a "
        + "classic example with these data and fit all printed gradients but two",
      "the slide's 0.0001 and 0.00004 for the weights to h2 are ten times too small",
    ], rows: 2, notation: .words, learningRate: 0.5
  ) { row, notation in
    let layers: [PresetLayer] = [
      ([[6, -2], [-3, 5]], nil, .sigmoid), ([[1, 0.25], [-2, 2]], nil, .sigmoid),
    ]
    return try PresetNetwork.subject(
      layers, loss: .squaredError(.sum),
      input: row == 1 ? [3, 1] : [-1, 4],
      target: row == 1 ? [1, 0] : [0, 1], notation)
  }
}
