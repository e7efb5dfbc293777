import ApusData
import ApusGraph
import ApusLayers
import ApusTraining
import Testing

struct PredictorTests {
  @Test func eightThreadsPredictWhatOneDoes() async throws {
    let data = try Datasets.named("digits")
    let network = try dropoutNetwork(for: data, seed: 1)
    let predictor = try Predictor(network)
    let preprocessing = try network.preprocessing
    let expected = try predictor.predict(data, preprocessing: preprocessing)
    let results = try await withThrowingTaskGroup(of: [TensorData].self) { group in
      for part in 0..<8 {
        group.addTask {
          // Each starts with another number of rows, so that plans are made at once too.
          let some = data.prefix(100 + 10 * part)
          return try (0..<4).map { round in
            try predictor.predict(round == 0 ? some : data, preprocessing: preprocessing)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(results.count == 32)
    for result in results {
      let count = result.count
      #expect(Array(expected.doubles()[..<count]) == result.doubles())
    }
  }

  /// Rows so long that they come while the network computes.
  @Test func shuffledRowsFromManyThreads() async throws {
    let (rows, width) = (600, 400)
    let numbers = (0..<rows * width).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let data = try Dataset(
      name: "bytes", features: TensorData(numbers, shape: [rows, width]),
      targets: TensorData((0..<rows).map { Float($0) }, shape: [rows, 1]),
      task: .regression(outputs: ["y"]))
    let network = try Network(
      Sequential {
        Dense(16, activation: .relu)
        Dense(8, activation: .tanh)
        Dense(3)
      }, inputShape: [width])
    let gatherer = try BatchGatherer(data)
    let order = (0..<Int32(rows)).map { $0 * 7 % Int32(rows) }
    let batch = gatherer.featureRows(order)
    let expected = try Predictor(network).predict(batch)
    for threads in [1, 2] {
      let predictor = try Predictor(network, threads: threads)
      try await withThrowingTaskGroup(of: TensorData.self) { group in
        for _ in 0..<16 { group.addTask { try predictor.predict(gatherer, order) } }
        for try await result in group { #expect(result == expected) }
      }
    }
  }

  @Test func aRowDoesNotDependOnItsCompany() throws {
    let data = try Datasets.named("digits").prefix(600)
    let network = try dropoutNetwork(for: data)
    let together = try network.predict(data)
    let width = together.shape[1]
    for position: Int32 in [0, 255, 256, 599] {
      let alone = try network.predict(data.subset([position])).doubles()
      let row = Int(position) * width
      #expect(
        drift(alone, from: Array(together.doubles()[row..<row + width])) < 1e-6, "\(position)")
    }
  }

  @Test func noRowsGiveNoRows() throws {
    let network = try Network(Dense(3), inputShape: [2])
    #expect(try network.predict(TensorData(zeros: [0, 2], dtype: .float32)).shape == [0, 3])
  }

  @Test func rowsOfAnotherShapeAreRefused() throws {
    let network = try Network(Dense(3), inputShape: [2])
    let text = message { _ = try network.predict(TensorData(zeros: [4, 3], dtype: .float32)) }
    #expect(text == "rows must have the shape [2], got rows of the shape [3]")
  }
}

extension BatchGatherer {
  /// The features of these examples as a tensor.
  fileprivate func featureRows(_ positions: [Int32]) -> TensorData {
    var rows = TensorData(zeros: [positions.count, dataset.featureCount], dtype: dtype)
    positions.withUnsafeBufferPointer { positions in
      rows.withUnsafeMutableBytes { gatherFeatures(positions, into: $0) }
    }
    return rows
  }
}
