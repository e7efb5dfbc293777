import ApusData
import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

/// Data with many zeros, which products leave out: narrow ones and wide ones, forward and back.
struct SparseDataTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var units: Int
    var batch: Int
    var momentum: Double
    var testDescription: String {
      "\(units) units, batches of \(batch), momentum \(momentum)"
    }
  }

  static let cases = [30, 96].flatMap { units in
    [1, 32, 33, 128].flatMap { batch in
      [0, 0.5].map { Case(units: units, batch: batch, momentum: $0) }
    }
  }

  /// Pictures on a black ground: bright strips, each elsewhere, on a quarter of the pixels; a few are bright all over.
  private func pictures(_ count: Int) throws -> Dataset {
    let width = 784
    let pixels = (0..<count * width).map { index in
      let (row, column) = (index / width, index % width)
      return (column / 9 + row * 3) % 4 == 0 || row % 7 == 5
        ? UInt8(truncatingIfNeeded: 37 &* index | 1) : 0
    }
    return try Dataset(
      name: "strips", summary: "bright strips",
      features: TensorData(pixels, shape: [count, width]),
      imageShape: [1, 28, 28], scale: 1 / 255,
      targets: TensorData((0..<count).map { Int32($0 % 4) }),
      task: .classification(classes: ["a", "b", "c", "d"]))
  }

  private func trained(_ test: Case, threads: Int = 1, engine: any Engine = FastEngine()) throws
    -> Network
  {
    let data = try pictures(test.batch == 1 ? 6 : 3 * test.batch)
    let model = Sequential {
      Dense(test.units, activation: .relu)
      Dense(4)
    }
    var network = try Network(model, for: data, seed: 3)
    try network.fit(
      data, loss: .softmaxCrossEntropy, optimizer: SGD(learningRate: 0.05, momentum: test.momentum),
      metrics: [], batchSize: test.batch, epochs: 2, engine: engine, threads: threads)
    return network
  }

  @Test(arguments: cases) func threadsChangeNoBit(_ test: Case) throws {
    let alone = try modelBytes(trained(test))
    for threads in [2, 3] { #expect(try modelBytes(trained(test, threads: threads)) == alone) }
  }

  @Test(arguments: cases) func enginesAgree(_ test: Case) throws {
    let (fast, reference) = try (trained(test), trained(test, engine: ReferenceEngine()))
    for entry in fast.parameters.entries {
      let expected = try #require(reference.parameters[entry.path]).doubles()
      #expect(drift(entry.value.doubles(), from: expected) < 1e-4, "\(entry.path)")
    }
  }
}
