internal import Apus

/// One row a step: nothing but overhead and one matrix-vector product.
struct Online: TrainingWorkload {
  let name = "online"
  let summary = "784-17-10 ReLU, softmax cross-entropy, batch 1, SGD 0.01"
  let batchSize: Int? = 1
  let optimizer: any Optimizer = SGD(learningRate: 0.01)
  let checkStep = 1000
  let stack = Sequential.dense([17, 10])
}
