extension Preset {
  /// 000·06
  static let deck000Neuron = Preset(
    "deck000.neuron", "one neuron of that layer: its first row", origin: .given,
    expression: "z = w@x + b; F = relu(z)", at: "w=[2,4,2], x=[1,3,2], b=-3",
    parameters: ["w", "b"])
}
