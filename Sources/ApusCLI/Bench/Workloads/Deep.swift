internal import Apus

/// A thousand short layers: overhead per operation, and plans that must stay linear in nodes.
///
/// Weights start small and the rate is low, so that a thousand sums do not overflow.
struct Deep: TrainingWorkload {
  let name = "deep"
  let summary =
    "digits, Dense 32, 1,000 blocks x + ReLU(Dense 32(x)), Dense 10, batch 32, Adam 0.00001"
  let batchSize: Int? = 32
  let optimizer: any Optimizer = Adam(learningRate: 0.00001)
  let checkStep = 20
  var stack: Sequential { Self.stack(blocks: 1_000, width: 32) }

  static func stack(blocks: Int, width: Int) -> Sequential {
    let small = NormalInitializer(mean: 0, standardDeviation: 0.0001)
    return Sequential {
      Dense(width)
      for _ in 0..<blocks {
        Residual { Dense(width, activation: .relu, weightInitializer: small) }
      }
      Dense(10)
    }
  }

  func rows(of data: BenchData) throws -> (Dataset, String) { (try Datasets.digits(), "digits") }
}
