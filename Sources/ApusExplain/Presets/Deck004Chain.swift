extension Preset {
  /// 004·02 to 004·04
  static let deck004Chain = Preset(
    "deck004.chain", "one neuron a layer: C0 = (a − y)², three factors", origin: .reconstructed,
    notes: [
      "given are a(L−1) = 0.48, a(L) = 0.66 and y = 1; w and b only as .48w + b = z with "
        + "σ(z) = 0.66, so w = 1 is ours and b follows",
      "al is a(L−1), the activation of the layer before",
    ],
    expression: "z = w*al + b; a = σ(z); C0 = (a − y)^2",
    // σ⁻¹(0.66) = ln(0.66/0.34)
    at: "w=1, al=0.48, b=ln(0.66/0.34)-0.48, y=1", parameters: ["w", "b"])
}
