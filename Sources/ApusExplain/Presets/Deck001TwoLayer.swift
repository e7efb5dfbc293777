import ApusLayers

extension Preset {
  /// 001·06 to 001·16
  static let deck001TwoLayer = Preset(
    "deck001.two-layer", "two sigmoid layers with binary cross-entropy", origin: .ours,
    notes: [
      "the slides have symbols only; all numbers are ours",
      "the slide's ‖·‖ around the loss is read as a mean over rows and outputs",
    ], notation: .deck001
  ) { _, notation in
    let layers: [PresetLayer] = [
      ([[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2], .sigmoid),
      ([[1.2, -0.7], [-0.5, 0.9]], [0.2, 0.1], .sigmoid),
    ]
    return try PresetNetwork.subject(
      layers, loss: .binaryCrossEntropy, inputs: [[1, 2]],
      targets: [[1, 0]], notation)
  }
}
