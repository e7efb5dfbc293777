internal import Apus

/// Bound by large matrix products.
struct MLPLarge: TrainingWorkload {
  let name = "mlp-large"
  let summary = "784-2048-2048-2048-10 ReLU, softmax cross-entropy, batch 1024, Adam 0.001"
  let batchSize: Int? = 1024
  let optimizer: any Optimizer = Adam()
  let checkStep = 3
  let stack = Sequential.dense([2048, 2048, 2048, 10])
}
