import ApusLayers

extension Preset {
  /// 001·07 to 001·09
  static let deck001MNIST = Preset(
    "deck001.mnist", "the shapes of 784-17-10 on an image of 28×28 pixels", origin: .ours,
    notes: ["the shapes are the lecture's; the image is a drawn 7, the weights are untrained"],
    notation: .deck001
  ) { _, notation in
    let network = try Network(
      Sequential {
        Dense(17, activation: .sigmoid)
        Dense(10, activation: .sigmoid)
      }, inputShape: [784])
    return try Subject(
      network, loss: .binaryCrossEntropy, input: PresetNetwork.drawnSeven,
      target: PresetNetwork.seven, notation: notation, title: "")
  }
}
