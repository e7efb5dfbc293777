import ApusLayers

extension Preset {
  /// 003·20 and 003·21
  static let deck003MNIST = Preset(
    "deck003.mnist", "784-30-30-10, the network of the Keras slides: 24,790 parameters",
    origin: .ours,
    notes: ["the layers are the lecture's; the image is a drawn 7, the weights are untrained"],
    notation: .words
  ) { _, notation in
    let network = try Network(
      Sequential {
        Dense(30, activation: .relu)
        Dense(30, activation: .relu)
        Dense(10, activation: .softmax)
      }, inputShape: [784])
    return try Subject(
      network, loss: .categoricalCrossEntropy, input: PresetNetwork.drawnSeven,
      target: PresetNetwork.seven, notation: notation, title: "")
  }
}
