import ApusEngine
import ApusGraph

/// One example of an op as a graph: inputs x0, x1, …, the op, and what derivative checks need.
struct OpCall {
  let example: OpExample
  let graph = Graph()
  let inputs: [Tensor]
  let output: Tensor

  /// With `symbol`, the leading axis of every input that is as long as the first one's is N.
  init(_ example: OpExample, symbolic: Bool = false) throws {
    self.example = example
    let graph = graph
    let rows = example.inputs.first?.shape.first
    inputs = example.inputs.enumerated().map { position, data in
      var shape = Shape(data.shape)
      if symbolic, shape.rank > 0, data.shape[0] == rows { shape[0] = .n }
      return graph.input("x\(position)", shape, dtype: data.dtype)
    }
    if let op = example.op as? any Primitive {
      output = graph.apply(op, to: inputs)
    } else if let op = example.op as? any Composite {
      output = graph.apply(op, to: inputs)
    } else {
      throw OpHarnessFailure(messages: ["neither a Primitive nor a Composite"])
    }
    if let mistake = graph.mistake { throw mistake }
  }

  /// The inputs that a derivative can go to.
  var floating: [Tensor] { inputs.filter { $0.dtype.isFloatingPoint } }

  var isDifferentiable: Bool { output.dtype.isFloatingPoint && !floating.isEmpty }

  var feeds: [Tensor: TensorData] {
    Dictionary(uniqueKeysWithValues: zip(inputs, example.inputs))
  }

  /// Fixed pseudo-random weights of a tensor's shape, so that no symmetry hides a mistake. Along a
  /// symbolic axis they are equal.
  func weights(like tensor: Tensor, _ seed: UInt64) -> Tensor {
    var shape = tensor.shape
    for axis in shape.dimensions.indices where shape[axis].symbol != nil { shape[axis] = 1 }
    let data = randomData(shape.concrete ?? [], seed: seed).converted(to: tensor.dtype)
    return graph.constant(data).broadcast(to: tensor.shape)
  }

  /// Σ weights · output: a scalar whose gradient is the vector-Jacobian product with the weights.
  func weightedSum(_ tensor: Tensor, _ seed: UInt64 = 1) -> Tensor {
    (tensor * weights(like: tensor, seed)).sum()
  }

  /// Outputs `y` and, where there are any, the gradients `d x0`, … of the weighted sum.
  func programWithGradients() throws -> Program {
    var outputs = [(name: "y", tensor: output)]
    if isDifferentiable {
      let slopes = graph.gradients(of: weightedSum(output), with: floating)
      outputs += slopes.enumerated().map { ("d x\($0)", $1) }
    }
    return try Program(graph, outputs: outputs)
  }
}

/// Numbers uniform in [−1, 1).
func randomData(_ shape: [Int], seed: UInt64) -> TensorData {
  var random = RandomStream(seed: seed, purpose: .generate)
  let count = checkedElementCount(shape) ?? 0
  return TensorData((0..<count).map { _ in random.uniform(-1, 1) }, shape: shape)
}
