import ApusEngine
import ApusGraph
import ApusLayers

/// A network, its loss, the gradients and the updates as one graph with two programs.
struct TrainingProgram {
  /// Ends in new parameters.
  let apply: Program
  /// Only adds the gradients to accumulators; nil when every batch makes an update.
  let accumulate: Program?
  let hostScalars: [HostScalar]
  let slots: [UpdateSlot]

  enum Name {
    static let target = "target"
    static let weights = "weights"
    static let loss = "loss"
    static let divisor = "loss divisor"
    static let predictions = "predictions"
    static let penalty = "penalty"
  }

  /// - Parameters:
  ///   - targets: the type of the targets, [N] or [N, …].
  ///   - isWeighted: whether there is an input `weights` [N] with a factor for each row's loss.
  init(
    _ network: Network, loss: any Loss, targets: TensorType, isWeighted: Bool, rule: UpdateRule,
    penalties: [Penalty], precision: DType
  ) throws {
    try Self.checkTrainability(of: network, rule)
    let forward = try Self.forward(
      network, mode: .training, loss: loss, targets: targets, isWeighted: isWeighted,
      penalties: penalties)
    let graph = Graph(forward.graph)
    func named(_ name: String) -> Tensor? {
      forward.outputs.first { $0.name == name }.map { graph.tensor($0.node) }
    }
    guard let data = named(Name.loss), let predictions = named(Name.predictions) else {
      throw TrainingError("the network has no output to train")
    }
    let emitted = try rule.emit(
      graph: graph, loss: named(Name.penalty).map { data + $0 } ?? data,
      parameters: try Self.parameters(of: network, in: forward, graph))
    var outputs = [(Name.loss, data), (Name.predictions, predictions)]
    if let divisor = named(Name.divisor) { outputs.append((Name.divisor, divisor)) }
    let states = forward.updates.map {
      (variable: graph.tensor($0.variable), value: graph.tensor($0.value))
    }
    func program(_ updates: [(variable: Tensor, value: Tensor)]) throws -> Program {
      let program = DeadNodes().run(
        try Program(graph, outputs: outputs, updates: updates + states))
      return precision == .float32
        ? program : try Retype(.float32, to: precision).run(program)
    }
    apply = try program(emitted.updates)
    accumulate = emitted.accumulation.isEmpty ? nil : try program(emitted.accumulation)
    hostScalars = emitted.hostScalars
    slots = emitted.slots
  }

  /// The forward pass and the loss, in the stable form that both engines run: outputs `loss`,
  /// `predictions` and, where they exist, `loss divisor` and `penalty`.
  static func forward(
    _ network: Network, mode: Mode, loss: any Loss, targets: TensorType, isWeighted: Bool = false,
    penalties: [Penalty]
  ) throws -> Program {
    let built = try network.build(mode)
    guard built.outputs.count == 1, let predictions = built.outputs.first else {
      throw TrainingError(
        "the loss \(loss.name) needs a network with one output, this one has "
          + "\(built.outputs.count); build the program of several losses with Graph and Program")
    }
    try loss.check(head: Head(of: predictions))
    let target = built.graph.input(Name.target, targets.shape, dtype: targets.dtype)
    let weights = isWeighted ? built.graph.input(Name.weights, [.n]) : nil
    var outputs = [
      (Name.loss, loss(predictions, target, weights: weights)), (Name.predictions, predictions),
    ]
    if loss.reduction.rows == .weightedMean,
      let divisors = loss.perRow(predictions, target, weights: weights).divisors
    {
      outputs.append((Name.divisor, divisors.sum()))
    }
    let terms = built.penalties + penalties.compactMap { $0(on: built) }
    if let first = terms.first {
      outputs.append((Name.penalty, terms.dropFirst().reduce(first, +)))
    }
    let program = try Program(built.graph, outputs: outputs, updates: built.updates)
    return try StableCrossEntropy().run(program)
  }

  /// Throws ``UntrainableError`` unless all parameters that cannot be moved are frozen anyway.
  private static func checkTrainability(of network: Network, _ rule: UpdateRule) throws {
    let built = try network.build(.training)
    do {
      try built.checkTrainability()
    } catch let error as UntrainableError {
      let stuck = built.parameters.filter { error.paths.contains($0.path) }
      let areFrozen = stuck.allSatisfy { spec in
        rule.groups.first { $0.selector.selects(spec.path, role: spec.role) }?.isFrozen ?? false
      }
      if !areFrozen { throw error }
    }
  }

  private static func parameters(
    of network: Network, in program: Program, _ graph: Graph
  ) throws -> [(path: String, tensor: Tensor, role: ParameterRole)] {
    let specs = try network.build(.training).parameters
    let roles = Dictionary(uniqueKeysWithValues: specs.map { ($0.path, $0.role) })
    return program.parameters.map {
      ($0.op.path, graph.tensor($0.id), roles[$0.op.path] ?? .weight)
    }
  }

  /// Puts a network's numbers and the slots' first values into a storage.
  func writeInitialValues(of network: Network, to variables: VariableStorage) throws {
    for entry in network.parameters.entries + network.states.entries
    where variables.layout[entry.path] != nil {
      try variables.write(entry.value, to: entry.path)
    }
    for slot in slots {
      guard let place = variables.layout[slot.path] else { continue }
      switch slot.initial {
      case .number(let value):
        let count = place.shape.reduce(1, *)
        let filled = TensorData(
          doubles: Array(repeating: value, count: count), shape: place.shape, dtype: place.dtype)
        try variables.write(filled, to: slot.path)
      case .parameter(let path):
        if let value = variables.read(path) { try variables.write(value, to: slot.path) }
      }
    }
  }
}
