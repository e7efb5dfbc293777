import ApusLayers

extension Preset {
  /// 000·15 and 000·16
  static let deck000TwoLayer = Preset(
    "deck000.two-layer", "ReLU, softmax and cross-entropy behind one another", origin: .ours,
    notes: [
      "the slide has no numbers: the first layer and x are those of deck000.layer, the second "
        + "layer and y are ours",
      "softmax and cross-entropy are one step, as on the slide: its derivative is ŷ − y",
    ], notation: .deck000
  ) { _, notation in
    let layers: [PresetLayer] = [
      ([[2, 4, 2], [1, 3, 7], [0, 7, 3]], [-3, 0, 2], .relu),
      ([[0.1, -0.2, 0.1], [-0.1, 0.1, 0]], [0.5, -0.5], .softmax),
    ]
    return try PresetNetwork.subject(
      layers, loss: .categoricalCrossEntropy, inputs: [[1, 3, 2]],
      targets: [[1, 0]], notation)
  }
}
