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
