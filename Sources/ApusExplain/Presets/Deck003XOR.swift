import ApusLayers

extension Preset {
  /// 003·04 to 003·15
  static let deck003XOR = Preset(
    "deck003.xor", "2-3-1 on exclusive or: 13 parameters", origin: .ours,
    notes: ["the network and the cost are the lecture's; the weights are ours"], rows: 4,
    notation: .deck003, learningRate: 1
  ) { rows, notation in
    let layers: [PresetLayer] = [
      ([[0.5, -1], [1.5, 0.8], [-0.7, 0.4]], [0.1, -0.3, 0.2], .sigmoid),
      ([[1.1, -0.9, 0.6]], [-0.2], .sigmoid),
    ]
    let inputs: [[Double]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let targets: [[Double]] = [[0], [1], [1], [0]]
    return try PresetNetwork.subject(
      layers, loss: .squaredErrorPerRow, rows: rows, inputs: inputs, targets: targets,
      notation)
  }
}
