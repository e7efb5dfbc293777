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
  private let watched: [WatchedActivation]
  private let weights: Set<String>

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
    watched = WatchedActivation.all(in: forward)
    outputs += watched.map { ("activation \($0.node.index)", graph.tensor($0.node)) }
    if let loss = outputs.first(where: { $0.0 == TrainingProgram.Name.loss })?.1 {
      let parameters = forward.parameters
      let slopes = graph.gradients(of: loss, with: parameters.map { graph.tensor($0.id) })
      outputs += zip(parameters, slopes).map { ("gradient \($0.op.path)", $1) }
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
    // A model from a file has forgotten roles; a weight that mixes inputs has two axes at least.
    weights = Set(
      try network.build(.inference).parameters.filter { $0.role == .weight }.map(\.path)
        .filter { network.parameters[$0]?.shape.count ?? 0 > 1 })
  }

  /// What is to be seen now.
  func observe(epoch: Int, step: Int) throws -> HealthObservation {
    let execution = try runner.execution(rows: positions.count)
    positions.withUnsafeBufferPointer { positions in
      execution.withInput(features) { gatherer.gatherFeatures(positions, into: $0) }
      execution.withInput(targets) { gatherer.gatherTargets(positions, into: $0) }
    }
    try execution.run()
    func output(_ name: String) -> [Double]? { runner.output(name).map { numbers($0, execution) } }
    let predictions = output(TrainingProgram.Name.predictions) ?? []
    return HealthObservation(
      epoch: epoch, step: step, loss: output(TrainingProgram.Name.loss)?.first ?? .nan,
      outputs: OutputFacts(predictions, rows: positions.count),
      parameters: network.parameters.paths.compactMap { path in
        guard let gradient = output("gradient \(path)"), let value = variables.read(path) else {
          return nil
        }
        return ParameterHealth(
          path: path, isWeight: weights.contains(path), size: rootMeanSquare(value.doubles()),
          gradient: rootMeanSquare(gradient))
      },
      activations: watched.compactMap { activation in
        output("activation \(activation.node.index)").map {
          activation.health(of: $0, rows: positions.count)
        }
      })
  }

  private func numbers(_ index: Int, _ execution: any Execution) -> [Double] {
    execution.withOutput(index) { bytes in
      precision == .float64
        ? Array(bytes.bindMemory(to: Double.self))
        : bytes.bindMemory(to: Float.self).map(Double.init)
    }
  }
}

/// √(mean of x²), with no overflow on the way.
func rootMeanSquare(_ values: [Double]) -> Double {
  values.isEmpty ? 0 : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

/// An activation function of the network whose results are looked at.
private struct WatchedActivation {
  let node: NodeID
  let layer: String
  let function: String
  let isHead: Bool

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
