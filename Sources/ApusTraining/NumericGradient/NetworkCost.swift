public import ApusData
import ApusEngine
public import ApusGraph
public import ApusLayers

/// The cost of a network on given rows as a function of its parameters, by the reference engine. The
/// network is built for inference: no dropout, no noise. As in training, a softmax or sigmoid in
/// front of its cross-entropy runs in the stable form.
///
/// Not Sendable: one thread at a time.
public final class NetworkCost {
  /// The network's parameters in Float64.
  public let parameters: ParameterStore
  /// What the cost is computed in.
  public let precision: DType
  /// How often the cost was computed; a gradient counts apart.
  public private(set) var evaluations = 0
  private let storage: VariableStorage
  private let forward: any Execution
  private let backward: any Execution

  /// - Parameters:
  ///   - inputs: one tensor [rows, …] for each input of the network.
  ///   - targets: [rows, …], as the loss takes them.
  ///   - precision: float64, or float32 to see what rounding does.
  /// - Throws: the model's mistakes, or ``FeedError`` when shapes do not fit.
  public init(
    _ network: Network, loss: any Loss, inputs: [TensorData], targets: TensorData,
    precision: DType = .float64
  ) throws {
    let graph = try CostGraph(
      network, loss: loss, inputs: inputs, targets: targets, precision: precision)
    let cost = try graph.program(outputs: [("cost", graph.cost)])
    let slopes = try graph.program(outputs: graph.gradients(of: network))
    storage = VariableStorage(VariableLayout(cost, slopes))
    forward = try graph.execution(of: cost, storage)
    backward = try graph.execution(of: slopes, storage)
    self.precision = precision
    var parameters = ParameterStore()
    for entry in network.parameters.entries {
      parameters[entry.path] = entry.value.converted(to: .float64)
    }
    self.parameters = parameters
    for entry in network.states.entries where storage.layout[entry.path] != nil {
      try storage.write(entry.value, to: entry.path)
    }
  }

  /// The cost on all rows of a data set, prepared as the network remembers.
  ///
  /// - Throws: also when loss, network and data do not fit together.
  public convenience init(
    _ network: Network, loss: any Loss, on dataset: Dataset, precision: DType = .float64
  ) throws {
    let gatherer = try Measure(loss: loss, metrics: []).gatherer(for: dataset, network, .float64)
    let batch = gatherer.batch(dataset.order(shuffledBy: nil))
    let shape = [dataset.count] + (network.inputs.first?.shape ?? [])
    try self.init(
      network, loss: loss, inputs: [batch.features.reshaped(to: shape)], targets: batch.targets,
      precision: precision)
  }

  /// The cost at some parameters: one forward pass.
  public func callAsFunction(_ parameters: ParameterStore) throws -> Double {
    evaluations += 1
    try write(parameters)
    try forward.run()
    return forward.scalar(0)
  }

  /// The gradient at some parameters by backpropagation, in Float64: one forward and one backward
  /// pass.
  public func gradient(at parameters: ParameterStore) throws -> ParameterStore {
    try write(parameters)
    try backward.run()
    var gradients = ParameterStore()
    for (index, entry) in self.parameters.entries.enumerated() {
      var gradient = TensorData(zeros: entry.value.shape, dtype: precision)
      gradient.withUnsafeMutableBytes { target in
        backward.withOutput(index) { target.copyMemory(from: $0) }
      }
      gradients[entry.path] = gradient.converted(to: .float64)
    }
    return gradients
  }

  private func write(_ parameters: ParameterStore) throws {
    for entry in parameters.entries where storage.layout[entry.path] != nil {
      try storage.write(entry.value, to: entry.path)
    }
  }
}

/// The graph of a network's cost, before it is planned.
private struct CostGraph {
  let graph: Graph
  let cost: Tensor
  let rows: Int
  let precision: DType
  let feeds: [String: TensorData]

  init(
    _ network: Network, loss: any Loss, inputs: [TensorData], targets: TensorData,
    precision: DType
  ) throws {
    let built = try network.build(.inference)
    guard built.outputs.count == 1, inputs.count == built.inputs.count else {
      throw NumericGradientError(
        "it takes a network with one output and a tensor for each input; this one has "
          + "\(built.outputs.count) outputs and \(built.inputs.count) inputs, "
          + "given \(inputs.count)")
    }
    guard let rows = targets.shape.first else {
      throw FeedError.shape(name: "targets", expected: [.n], found: targets.shape)
    }
    self.rows = rows
    self.precision = precision
    let rowShape = targets.shape.dropFirst().map { Dimension($0) }
    let target = built.graph.input(
      "targets", Shape([.n] + rowShape),
      dtype: targets.dtype.isFloatingPoint ? .float32 : targets.dtype)
    let value = loss(built.outputs[0], target)
    let penalized = built.penalties.reduce(value) { $0 + $1 }
    let stable = try StableCrossEntropy().run(
      Program(built.graph, outputs: [("cost", penalized)]))
    graph = Graph(stable.graph)
    cost = graph.tensor(stable.outputs[0].node)
    let names = network.inputs.map(\.name) + ["targets"]
    feeds = Dictionary(zip(names, inputs + [targets])) { first, _ in first }
  }

  /// The gradients of all parameters as outputs by path, in the network's order. The gradient of
  /// one that the cost does not depend on is zero.
  func gradients(of network: Network) throws -> [(name: String, tensor: Tensor)] {
    let ids = Dictionary(
      try Program(graph, outputs: [("cost", cost)]).parameters.map { ($0.op.path, $0.id) },
      uniquingKeysWith: { first, _ in first })
    let tensors = network.parameters.entries.map { entry in
      ids[entry.path].map { graph.tensor($0) }
        ?? graph.parameter(entry.path, Shape(entry.value.shape))
    }
    let slopes = graph.gradients(of: cost, with: tensors)
    return zip(network.parameters.paths, slopes).map { ($0, $1) }
  }

  func program(outputs: [(name: String, tensor: Tensor)]) throws -> Program {
    let program = DeadNodes().run(try Program(graph, outputs: outputs))
    return precision == .float32 ? program : try Retype(.float32, to: precision).run(program)
  }

  /// Plans for the rows at hand and sets the inputs, which stay from run to run.
  func execution(of program: Program, _ storage: VariableStorage) throws -> any Execution {
    let plan = try ReferenceEngine().plan(
      program, sizes: ["N": rows], layout: storage.layout, options: PlanOptions())
    let execution = try plan.makeExecution(storage)
    for (index, port) in plan.inputs.enumerated() {
      guard let data = feeds[port.name] else { throw FeedError.missing(name: port.name) }
      guard data.shape == port.shape else {
        throw FeedError.shape(name: port.name, expected: Shape(port.shape), found: data.shape)
      }
      execution.setInput(index, to: data.converted(to: port.dtype))
    }
    return execution
  }
}
