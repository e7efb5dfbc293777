import ApusData
import ApusEngine
import ApusGraph
import ApusLayers

/// Looks at a network on some fixed rows: its loss, outputs, gradients and activations, with the
/// numbers that a training has at the time. The network runs for inference and is not changed.
final class HealthProbe {
  /// Rows that are looked at.
  static let rowLimit = 128

  private let runner: Runner
  private let variables: VariableStorage
  private let gatherer: BatchGatherer
  private let network: Network
  private let positions: [Int32]
  private let features: Int
  private let targets: Int
  private let precision: DType
  private let loss: Int?
  private let predictions: Int?
  private var parameters: [WatchedParameter] = []
  private var activations: [WatchedActivation] = []
  /// What an output is read into.
  private var numbers: [Double] = []

  /// - Parameters:
  ///   - gatherer: prepares the rows as training does.
  ///   - variables: where the network's numbers are.
  init(
    _ network: Network, loss: any Loss, gatherer: BatchGatherer, variables: VariableStorage,
    options: TrainingOptions
  ) throws {
    let forward = try TrainingProgram.forward(
      network, mode: .inference, loss: loss, targets: gatherer.targetType, penalties: [])
    let graph = Graph(forward.graph)
    var outputs = forward.outputs.filter {
      [TrainingProgram.Name.loss, TrainingProgram.Name.predictions].contains($0.name)
    }.map { ($0.name, graph.tensor($0.node)) }
    let watched = WatchedActivation.all(in: forward)
    outputs += watched.map { ($0.name, graph.tensor($0.node)) }
    if let loss = outputs.first(where: { $0.0 == TrainingProgram.Name.loss })?.1 {
      let parameters = forward.parameters
      let slopes = graph.gradients(of: loss, with: parameters.map { graph.tensor($0.id) })
      outputs += zip(parameters, slopes).map { (WatchedParameter.name($0.op.path), $1) }
    }
    var program = DeadNodes().run(try Program(graph, outputs: outputs))
    if options.precision != .float32 {
      program = try Retype(.float32, to: options.precision).run(program)
    }
    runner = Runner(
      program, engine: options.engine, options: PlanOptions(threads: options.threads),
      variables: variables)
    guard let features = runner.input(network.inputs.first?.name ?? ""),
      let targets = runner.input(TrainingProgram.Name.target)
    else { throw TrainingError("the network does not use its input, so there is nothing to watch") }
    (self.features, self.targets) = (features, targets)
    (self.network, self.gatherer, self.variables) = (network, gatherer, variables)
    precision = options.precision
    positions = Array(
      gatherer.dataset.order(shuffledBy: network.seed).prefix(Self.rowLimit))
    self.loss = runner.output(TrainingProgram.Name.loss)
    predictions = runner.output(TrainingProgram.Name.predictions)
    activations = watched.compactMap { activation in
      runner.output(activation.name).map { activation.at($0) }
    }
    let weights = try weightPaths
    parameters = network.parameters.entries.compactMap { entry in
      runner.output(WatchedParameter.name(entry.path)).map {
        WatchedParameter(
          path: entry.path, isWeight: weights.contains(entry.path), gradient: $0,
          value: entry.value)
      }
    }
  }

  /// A model from a file has forgotten roles; a weight that mixes inputs has two axes at least.
  private var weightPaths: Set<String> {
    get throws {
      Set(
        try network.build(.inference).parameters.filter { $0.role == .weight }.map(\.path)
          .filter { network.parameters[$0]?.shape.count ?? 0 > 1 })
    }
  }

  /// What is to be seen now.
  func observe(epoch: Int, step: Int) throws -> HealthObservation {
    let execution = try runner.execution(rows: positions.count)
    positions.withUnsafeBufferPointer { positions in
      execution.withInput(features) { gatherer.gatherFeatures(positions, into: $0) }
      execution.withInput(targets) { gatherer.gatherTargets(positions, into: $0) }
    }
    try execution.run()
    let loss = read(self.loss, execution).first ?? .nan
    let outputs = OutputFacts(read(predictions, execution), rows: positions.count)
    var sizes: [ParameterHealth] = []
    for index in parameters.indices {
      variables.read(parameters[index].path, into: &parameters[index].value)
      let parameter = parameters[index]
      sizes.append(
        ParameterHealth(
          path: parameter.path, isWeight: parameter.isWeight,
          size: rootMeanSquare(parameter.value),
          gradient: rootMeanSquare(read(parameter.gradient, execution))))
    }
    return HealthObservation(
      epoch: epoch, step: step, loss: loss, outputs: outputs, parameters: sizes,
      activations: activations.map {
        $0.health(of: read($0.output, execution), rows: positions.count)
      })
  }

  /// The numbers of an output; none when there is no such output.
  private func read(_ output: Int?, _ execution: any Execution) -> [Double] {
    numbers.removeAll(keepingCapacity: true)
    guard let output else { return [] }
    execution.withOutput(output) { bytes in
      if precision == .float64 {
        numbers.append(contentsOf: bytes.bindMemory(to: Double.self))
      } else {
        numbers.append(contentsOf: bytes.bindMemory(to: Float.self).lazy.map(Double.init))
      }
    }
    return numbers
  }
}

/// A parameter whose size and gradient are looked at.
private struct WatchedParameter {
  let path: String
  let isWeight: Bool
  /// Among the outputs.
  let gradient: Int
  /// What the parameter is read into.
  var value: TensorData

  /// Of the output that is its gradient.
  static func name(_ path: String) -> String { "gradient \(path)" }
}

/// √(mean of x²), with no overflow on the way.
func rootMeanSquare(_ values: some Collection<Double>) -> Double {
  values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

/// √(mean of x²) of all elements.
private func rootMeanSquare(_ data: TensorData) -> Double {
  guard data.dtype == .float32 else { return rootMeanSquare(data.doubles()) }
  return data.withUnsafeBytes {
    rootMeanSquare($0.bindMemory(to: Float.self).lazy.map(Double.init))
  }
}

/// ‖new − old‖ / ‖old‖; nil when the old numbers are all 0.
func changeRatio(from old: TensorData, to new: TensorData) -> Double? {
  let size = rootMeanSquare(old)
  guard size > 0 else { return nil }
  return rootMeanSquare(zip(new.doubles(), old.doubles()).map { $1 - $0 }) / size
}

/// An activation function of the network whose results are looked at.
private struct WatchedActivation {
  let node: NodeID
  let layer: String
  let function: String
  let isHead: Bool
  /// Among the outputs.
  var output = 0

  var name: String { "activation \(node.index)" }

  func at(_ output: Int) -> Self {
    var found = self
    found.output = output
    return found
  }

  /// Those of rows of units, in the graph's order.
  static func all(in program: Program) -> [WatchedActivation] {
    let answer = program.outputs.first { $0.name == TrainingProgram.Name.predictions }?.node
    return program.graph.nodes.enumerated().compactMap { index, node in
      let name = node.op.name
      guard [ReLU.name, Sigmoid.name, Tanh.name].contains(name), node.type.shape.rank >= 2,
        node.type.shape.dimensions[0] == .n, !node.scope.isEmpty
      else { return nil }
      return WatchedActivation(
        node: NodeID(index), layer: node.scope, function: name, isHead: NodeID(index) == answer)
    }
  }

  /// - Parameter values: [rows, units].
  func health(of values: [Double], rows: Int) -> ActivationHealth {
    let units = values.count / max(rows, 1)
    var alive = [Bool](repeating: false, count: units)
    var saturated = 0
    for (position, value) in values.enumerated() {
      switch function {
      case ReLU.name: if value != 0 { alive[position % units] = true }
      // σ' = a(1 − a) is at most ¼, tanh' = 1 − a² at most 1.
      case Sigmoid.name: if value * (1 - value) < 0.0025 { saturated += 1 }
      default: if 1 - value * value < 0.01 { saturated += 1 }
      }
    }
    return ActivationHealth(
      layer: layer, function: function, units: units,
      dead: function == ReLU.name ? alive.count { !$0 } : 0,
      saturated: values.isEmpty ? 0 : Double(saturated) / Double(values.count), isHead: isHead)
  }
}

extension OutputFacts {
  fileprivate init(_ values: [Double], rows: Int) {
    let width = values.count / max(rows, 1)
    lowest = values.min() ?? .nan
    highest = values.max() ?? .nan
    sumsToOne =
      width > 1 && lowest >= 0
      && stride(from: 0, to: values.count, by: width).allSatisfy { start in
        abs(values[start..<start + width].reduce(0, +) - 1) < 1e-3
      }
  }
}
