internal import Apus

/// The usual first network for MNIST.
struct MLPMedium: TrainingWorkload {
  let name = "mlp-medium"
  let summary = "784-512-512-10 ReLU, softmax cross-entropy, batch 128, Adam 0.001"
  let batchSize: Int? = 128
  let optimizer: any Optimizer = Adam()
  let checkStep = 50
  let stack = Sequential.dense([512, 512, 10])
}
