import ApusGraph
import ApusLayers

/// A layer of given numbers: weights [units, inputs].
typealias PresetLayer = (weight: [[Double]], bias: [Double]?, activation: Activation)

/// What presets of networks share.
enum PresetNetwork {
  /// A network of given numbers on rows of an example. No seed has a part in it.
  ///
  /// - Parameters:
  ///   - rows: those that go through it, from 1.
  ///   - inputs: of all rows of the example.
  static func subject(
    _ layers: [PresetLayer], loss: (any Loss)? = nil, rows: [Int] = [1], inputs: [[Double]],
    targets: [[Double]]? = nil, _ notation: Notation
  ) throws -> Subject {
    func chosen(_ values: [[Double]]) -> TensorData {
      TensorData(
        rows.flatMap { values[$0 - 1] }, shape: [rows.count, values.first?.count ?? 0])
    }
    var subject = try Subject(
      try network(layers), loss: loss, input: chosen(inputs), target: targets.map(chosen),
      rows: rows, notation: notation, title: "")
    subject.header.seed = nil
    return subject
  }

  /// Dense layers with these weights and biases, in Float64.
  private static func network(_ layers: [PresetLayer]) throws -> Network {
    let inputs = layers.first?.weight.first?.count ?? 0
    var network = try Network(
      Sequential(
        layers.map { Dense($0.weight.count, activation: $0.activation, usesBias: $0.bias != nil) }),
      inputShape: [inputs])
    for (index, layer) in layers.enumerated() {
      let shape = [layer.weight.count, layer.weight.first?.count ?? 0]
      network.parameters["dense_\(index + 1).weight"] = TensorData(
        layer.weight.flatMap { $0 }, shape: shape)
      if let bias = layer.bias {
        network.parameters["dense_\(index + 1).bias"] = TensorData(bias)
      }
    }
    return network
  }

  static func row(_ values: [Double]) -> TensorData {
    TensorData(values, shape: [1, values.count])
  }

  /// A digit 7 of 28×28 pixels from 0 to 1, drawn here: MNIST is not in a checkout.
  static let drawnSeven: TensorData = {
    var pixels = [Double](repeating: 0, count: 28 * 28)
    for x in 7...20 { for y in 6...8 { pixels[y * 28 + x] = 1 } }
    for y in 9...22 {
      let x = 20 - (y - 8) * 2 / 3
      for offset in 0..<3 { pixels[y * 28 + x - offset] = offset == 1 ? 1 : 0.5 }
    }
    return TensorData(pixels, shape: [1, 784])
  }()

  /// The seventh of ten classes, counted from 0.
  static let seven = row((0..<10).map { $0 == 7 ? 1 : 0 })
}
