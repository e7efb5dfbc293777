internal import Apus

/// The lecture's network: every step is short, so all that is not arithmetic shows.
struct MLPSmall: TrainingWorkload {
  let name = "mlp-small"
  let summary = "784-30-30-10 ReLU, softmax cross-entropy, batch 32, SGD 0.001"
  let batchSize: Int? = 32
  let optimizer: any Optimizer = SGD(learningRate: 0.001)
  let checkStep = 100
  let stack = Sequential.dense([30, 30, 10])
}
