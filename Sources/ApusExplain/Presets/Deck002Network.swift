import ApusLayers

extension Preset {
  /// 002·10 to 002·18
  static let deck002Network = Preset(
    "deck002.network", "3-4-4-3 without biases: 40 weights, σ, σ, softmax", origin: .ours,
    notes: ["the slides have shapes and symbols only; all numbers are ours"], rows: 3,
    notation: .deck002
  ) { rows, notation in
    let layers: [PresetLayer] = [
      (
        [[0.5, -0.3, 0.8], [-0.6, 0.4, 0.1], [0.2, 0.9, -0.7], [0.3, -0.5, 0.6]], nil, .sigmoid
      ),
      (
        [
          [0.7, -0.2, 0.4, -0.9], [-0.3, 0.6, 0.5, 0.1], [0.8, 0.3, -0.4, 0.2],
          [-0.1, -0.7, 0.9, 0.5],
        ], nil, .sigmoid
      ),
      ([[0.4, -0.8, 0.6, 0.3], [-0.5, 0.7, 0.2, -0.6], [0.9, 0.1, -0.3, 0.8]], nil, .softmax),
    ]
    return try PresetNetwork.subject(
      layers, loss: .categoricalCrossEntropy, rows: rows,
      inputs: [[1, 0.5, -1], [0, -0.5, 2], [-1, 1, 0.5]],
      targets: [[0, 1, 0], [1, 0, 0], [0, 0, 1]], notation)
  }
}
