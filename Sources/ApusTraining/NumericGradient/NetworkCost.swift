import ApusEngine
public import ApusGraph
public import ApusLayers

/// The cost of a network on given rows as a function of its parameters, in Float64 by the
/// reference engine. The network is built for inference: no dropout, no noise.
///
/// Not Sendable: one thread at a time.
public final class NetworkCost {
  /// The network's parameters in Float64.
  public let parameters: ParameterStore
  /// How often the cost was computed; a gradient counts apart.
  public private(set) var evaluations = 0
  private let storage: VariableStorage
  private let forward: any Execution
  private let backward: any Execution

  /// - Parameters:
  ///   - inputs: one tensor [rows, …] for each input of the network.
  ///   - targets: [rows, …], as the loss takes them.
  /// - Throws: the model's mistakes, or ``FeedError`` when shapes do not fit.
  public init(
    _ network: Network, loss: any Loss, inputs: [TensorData], targets: TensorData
  ) throws {
    let graph = try CostGraph(network, loss: loss, inputs: inputs, targets: targets)
    let cost = try graph.program(outputs: [("cost", graph.cost)])
    let slopes = try graph.program(outputs: graph.gradients())
    storage = VariableStorage(VariableLayout(cost, slopes))
    forward = try graph.execution(of: cost, storage)
    backward = try graph.execution(of: slopes, storage)
    var parameters = ParameterStore()
    for entry in network.parameters.entries {
      parameters[entry.path] = entry.value.converted(to: .float64)
    }
    self.parameters = parameters
    for entry in network.states.entries where storage.layout[entry.path] != nil {
      try storage.write(entry.value, to: entry.path)
    }
  }

  /// The cost at some parameters: one forward pass.
  public func callAsFunction(_ parameters: ParameterStore) throws -> Double {
    evaluations += 1
    try write(parameters)
    try forward.run()
    return forward.withOutput(0) { $0.load(as: Double.self) }
  }

  /// The gradient at some parameters by backpropagation: one forward and one backward pass.
  public func gradient(at parameters: ParameterStore) throws -> ParameterStore {
    try write(parameters)
    try backward.run()
    var gradients = ParameterStore()
    for (index, entry) in self.parameters.entries.enumerated() {
      var gradient = TensorData(zeros: entry.value.shape, dtype: .float64)
      gradient.withUnsafeMutableBytes { target in
        backward.withOutput(index) { target.copyMemory(from: $0) }
      }
      gradients[entry.path] = gradient
    }
    return gradients
  }

  private func write(_ parameters: ParameterStore) throws {
    for entry in parameters.entries { try storage.write(entry.value, to: entry.path) }
  }
}

/// The graph of a network's cost, before it is planned.
private struct CostGraph {
  let built: BuiltModel
  let cost: Tensor
  let rows: Int
  let feeds: [String: TensorData]

  init(
    _ network: Network, loss: any Loss, inputs: [TensorData], targets: TensorData
  ) throws {
    built = try network.build(.inference)
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
    let rowShape = targets.shape.dropFirst().map { Dimension($0) }
    let target = built.graph.input(
      "targets", Shape([.n] + rowShape),
      dtype: targets.dtype.isFloatingPoint ? .float32 : targets.dtype)
    let value = loss(built.outputs[0], target)
    cost = built.penalties.reduce(value) { $0 + $1 }
    let names = network.inputs.map(\.name) + ["targets"]
    feeds = Dictionary(zip(names, inputs + [targets])) { first, _ in first }
  }

  /// The gradients of all parameters as outputs by path.
  func gradients() -> [(name: String, tensor: Tensor)] {
    let targets = built.parameters.compactMap { built.variable($0.path) }
    let slopes = built.graph.gradients(of: cost, with: targets)
    return zip(built.parameters, slopes).map { ($0.path, $1) }
  }

  func program(outputs: [(name: String, tensor: Tensor)]) throws -> Program {
    try Retype(.float32, to: .float64).run(Program(built.graph, outputs: outputs))
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
