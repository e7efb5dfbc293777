import ApusData
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// A layer that only this file knows.
private struct Gated: Layer {
  var units: Int
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    let gate = sigmoid(Dense(units)(x, in: scope / "gate"))
    return gate * Dense(units)(x, in: scope / "value")
  }
}

struct ModelFileTests {
  private func roundTrip(_ network: Network, _ body: (Network) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try network.save(to: folder + "/m.safetensors")
      try body(Network(contentsOf: folder + "/m.safetensors"))
    }
  }

  @Test func predictionsAreTheSameBytes() throws {
    let data = try Datasets.named("digits").prefix(300)
    var network = try dropoutNetwork(for: data, seed: 8)
    try network.fit(data, loss: .softmaxCrossEntropy, optimizer: .adam())
    try roundTrip(network) { (read: Network) throws in
      #expect(try read.predict(data) == network.predict(data))
      #expect(read.parameters == network.parameters)
      #expect(read.seed == 8)
      // What only people read comes into the notes with the file.
      #expect(read.notes.filter { $0.key != "architecture" } == network.notes)
      #expect(try read.task == data.task)
      #expect(try read.evaluate(data) == network.evaluate(data))
      #expect(try modelBytes(read) == modelBytes(network))
    }
  }

  @Test func layersOfYourOwnPredictWithoutTheirCode() throws {
    let model = Sequential {
      Gated(units: 6)
      Lambda("wave") { sin(3 * $0) + $0.mean([-1], keepDimensions: true) }
      Normalization(
        mean: TensorData([1, 2, 3, 4, 5, 6] as [Float]),
        deviation: TensorData([1, 1, 2, 2, 3, 3] as [Float]))
      Residual { Dense(6, activation: .gelu) }
      Dense(2, activation: .softmax)
    }
    let network = try Network(model, inputShape: [3], seed: 2)
    let rows = TensorData((0..<30).map { Float($0) / 7 }, shape: [10, 3])
    try roundTrip(network) { (read: Network) throws in
      #expect(try read.predict(rows) == network.predict(rows))
      #expect(read.parameters.paths == network.parameters.paths)
    }
  }

  @Test func aReadNetworkGoesOnTraining() throws {
    let data = try Datasets.named("iris")
    let network = try Network(
      Sequential {
        Dense(8, activation: .tanh)
        Dense(3)
      }, for: data)
    try roundTrip(network) { (read: Network) throws in
      var (a, b) = (read, network)
      try a.fit(data, loss: .softmaxCrossEntropy, optimizer: .adam())
      try b.fit(data, loss: .softmaxCrossEntropy, optimizer: .adam())
      #expect(a.parameters == b.parameters)
    }
  }

  @Test func foreignWeightsComeInByName() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/torch.safetensors"
      let weight = TensorData([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
      let bias = TensorData([0.5, -0.5] as [Double])
      var file = Safetensors()
      file.tensors = [("fc.weight", weight), ("fc.bias", bias)]
      try file.write(to: path)
      var network = try Network(Dense(2), inputShape: [3])
      let names = ["fc.weight": "weight", "fc.bias": "bias"]
      try network.load(weightsOf: path, names: names)
      let row = TensorData([1, 1, 1] as [Float], shape: [1, 3])
      #expect(try network.predict(row).doubles() == [6.5, 14.5])
      let missing = message { try network.load(weightsOf: path) }
      #expect(missing?.contains("the tensor 'weight' is missing") == true)
      var wide = try Network(Dense(2), inputShape: [4])
      let shape = message { try wide.load(weightsOf: path, names: names) }
      #expect(
        shape?.contains("'fc.weight' has the shape [2, 3], the network expects [2, 4]") == true)
      let none = message { _ = try Network(contentsOf: path) }
      #expect(none?.contains("holds no network") == true, "\(none ?? "")")
    }
  }

  @Test func aFileIsNotOverwrittenUnasked() throws {
    try inTemporaryFolder { folder in
      let network = try Network(Dense(2), inputShape: [3])
      try network.save(to: folder + "/m")
      #expect(message { try network.save(to: folder + "/m") } != nil)
      try network.save(to: folder + "/m", overwriting: true)
    }
  }

  /// Every truncation and every turned bit throws, or gives a network that can be asked.
  @Test func damagedFilesAreErrorsOrNetworks() throws {
    let network = try Network(
      Sequential {
        Dense(2, activation: .relu)
        Dense(1)
      }, inputShape: [2], seed: 1)
    let bytes = try modelBytes(network)
    let row = TensorData([1, 2] as [Float], shape: [1, 2])
    try inTemporaryFolder { folder in
      var number = 0
      var (refused, read) = (0, 0)
      func check(_ damaged: [UInt8]) throws {
        number += 1
        let path = folder + "/damaged"
        try File.write(damaged, to: path, overwriting: true)
        do {
          let found = try Network(contentsOf: path)
          read += 1
          let width = found.inputs.first?.shape.reduce(1, *) ?? 0
          if width == 2, let output = try? found.predict(row) { #expect(output.shape.first == 1) }
        } catch { refused += 1 }
      }
      for count in stride(from: 0, to: bytes.count, by: 7) { try check(Array(bytes[..<count])) }
      #expect(read == 0)
      // Steps prime to 8 reach every bit of a byte somewhere.
      for bit in stride(from: 0, to: bytes.count * 8, by: 37) {
        var damaged = bytes
        damaged[bit / 8] ^= 1 << (bit % 8)
        try check(damaged)
      }
      #expect(refused > number / 2 && read > 0)
    }
  }
}
