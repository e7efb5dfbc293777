import ApusEngine
import ApusGraph
import _ApusTestKit

/// A stack of dense layers with softmax cross-entropy and gradient descent, and its numbers.
struct DenseNetwork {
  let program: Program
  let inputs: [TensorData]
  let variables: [String: TensorData]

  init(
    sizes: [Int], batch: Int, residual: Bool = false,
    activation: (Tensor) -> Tensor = { relu($0) }
  ) {
    let graph = Graph()
    let x = graph.input("x", [.n, Dimension(sizes[0])])
    let y = graph.input("y", [.n, Dimension(sizes[sizes.count - 1])])
    let rate = graph.input("rate")
    var variables: [String: TensorData] = [:]
    var parameters: [Tensor] = []
    var value = x
    for layer in 1..<sizes.count {
      let (rows, columns) = (sizes[layer], sizes[layer - 1])
      let w = graph.parameter("dense_\(layer).weight", [Dimension(rows), Dimension(columns)])
      let b = graph.parameter("dense_\(layer).bias", [Dimension(rows)])
      parameters += [w, b]
      let spread = 1 / Double(columns).squareRoot()
      variables["dense_\(layer).weight"] = DenseNetwork.noise(
        [rows, columns], layer, spread: spread)
      variables["dense_\(layer).bias"] = DenseNetwork.noise([rows], layer + 100, spread: 0.1)
      let sum = matmul(value, w, transposeB: true) + b
      let isLast = layer == sizes.count - 1
      let next = isLast ? sum : activation(sum)
      value = residual && rows == columns && !isLast ? value + next : next
    }
    let losses = value.logSumExp(-1) - (value * y).sum([-1])
    let loss = losses.mean()
    let gradients = graph.gradients(of: loss, with: parameters)
    let correct = (value.argMax(-1) .== y.argMax(-1)).cast(to: .float32).mean()
    program = try! Program(
      graph, outputs: [("loss", loss), ("correct", correct)],
      updates: zip(parameters, gradients).map { ($0, $0 - rate * $1) })
    self.variables = variables
    var labels = [Float](repeating: 0, count: batch * sizes[sizes.count - 1])
    for row in 0..<batch { labels[row * sizes[sizes.count - 1] + row * 7 % sizes.last!] = 1 }
    inputs = [
      DenseNetwork.noise([batch, sizes[0]], 7, spread: 1),
      TensorData(labels, shape: [batch, sizes[sizes.count - 1]]),
      TensorData([0.1 as Float], shape: []),
    ]
  }

  /// Numbers between −spread and spread.
  static func noise(_ shape: [Int], _ seed: Int, spread: Double) -> TensorData {
    var random = RandomStream(seed: UInt64(seed), purpose: .generate)
    let count = shape.reduce(1, *)
    return TensorData(
      doubles: (0..<count).map { _ in (random.uniform() * 2 - 1) * spread }, shape: shape,
      dtype: .float32)
  }

  /// Compares the fast with the reference engine in Float32 and Float64.
  func compare(threads: Int) throws {
    try OpHarness.compare(
      FastEngine(), on: program, inputs: inputs, variables: variables, threads: threads)
    try OpHarness.compare(
      FastEngine(), on: Retype(.float32, to: .float64).run(program), inputs: inputs,
      variables: variables, threads: threads, tolerance: 1e-12)
  }
}

extension DenseNetwork {
  var layout: VariableLayout { VariableLayout(program) }

  func storage() throws -> VariableStorage {
    let storage = VariableStorage(layout)
    for (path, value) in variables { try storage.write(value, to: path) }
    return storage
  }

  func plan(
    _ options: PlanOptions = PlanOptions(), engine: FastEngine = FastEngine()
  ) throws -> any Plan {
    try engine.plan(
      program, sizes: ["N": inputs[0].shape[0]], layout: layout, options: options)
  }

  /// An execution with the inputs in place.
  func execution(
    threads: Int = 1, engine: FastEngine = FastEngine()
  ) throws -> (VariableStorage, any Execution) {
    let storage = try storage()
    let plan = try plan(PlanOptions(threads: threads, verifies: true), engine: engine)
    let execution = try plan.makeExecution(storage)
    for (index, data) in inputs.enumerated() { execution.setInput(index, to: data) }
    return (storage, execution)
  }

  /// All variables after some steps.
  func run(
    steps: Int, threads: Int, engine: FastEngine = FastEngine()
  ) throws -> [TensorData?] {
    let (storage, execution) = try execution(threads: threads, engine: engine)
    for _ in 0..<steps { try execution.run() }
    return layout.slots.map { storage.read($0.path) }
  }

  /// The loss for this network's inputs.
  func loss(of execution: any Execution) throws -> Float {
    for index in 0..<2 { execution.setInput(index, to: inputs[index]) }
    try execution.run()
    return execution.withOutput(0) { $0.load(as: Float.self) }
  }
}
