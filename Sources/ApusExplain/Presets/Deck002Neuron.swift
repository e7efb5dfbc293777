import ApusLayers

extension Preset {
  /// 002·08
  static let deck002Neuron = Preset(
    "deck002.neuron", "one neuron: .9(2) + .2(3) + .3(−1) + .5 = 2.6", origin: .given,
    notes: ["the slide with the activation is lost; σ is taken, a = σ(2.6)"], notation: .words
  ) { _, notation in
    let layers: [PresetLayer] = [([[0.9, 0.2, 0.3]], [0.5], .sigmoid)]
    return try PresetNetwork.subject(
      layers, inputs: [[2, 3, -1]], notation)
  }
}
