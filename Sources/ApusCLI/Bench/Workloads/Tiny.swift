internal import Apus

/// Many rows through very narrow layers: bound by tanh and by memory, not by products.
struct Tiny: TrainingWorkload {
  let name = "tiny"
  let summary =
    "4-32-16-4 tanh, mean squared error over all, full batch of 10,000 in file order, Adam 0.001"
  let batchSize: Int? = nil
  let optimizer: any Optimizer = Adam()
  let loss: any Loss = .meanSquaredError
  let checkStep = 20
  let stack = Sequential.dense([32, 16, 4], activation: .tanh)

  /// y_j = x_j · x_{j+1}, indices modulo 4, for x uniform in −1…1.
  func rows(of data: BenchData) throws -> (Dataset, String) {
    let count = 10_000
    var random = RandomStream(seed: 0, purpose: .generate)
    let x = (0..<count * 4).map { _ in Float(random.uniform(-1, 1)) }
    let y = x.indices.map { x[$0] * x[$0 / 4 * 4 + ($0 + 1) % 4] }
    let dataset = try Dataset(
      name: "products", features: TensorData(x, shape: [count, 4]),
      targets: TensorData(y, shape: [count, 4]),
      task: .regression(outputs: (1...4).map { "y\($0)" }))
    return (dataset, "generated")
  }
}
