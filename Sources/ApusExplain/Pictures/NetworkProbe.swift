public import ApusData
internal import ApusEngine
internal import ApusFormats
public import ApusGraph
public import ApusLayers
internal import ApusTraining

/// What goes on inside a network on some rows: net inputs, outputs and, with a loss, gradients of
/// every layer that has weights. In Float64 by the reference engine, dropout off.
///
/// ```swift
/// let probe = try NetworkProbe(network, on: rows, loss: .softmaxCrossEntropy)
/// print(probe.layers[0].netInputs, probe.layers[0].weightGradient)
/// ```
public struct NetworkProbe: Sendable {
  /// A matrix product with a weight, the bias added, and the activation behind it.
  public struct Layer: Sendable {
    /// `dense_1`
    public let name: String
    public let weightPath: String
    public let inputs: Int
    public let units: Int
    /// The name of the activation; `linear` for none.
    public let activation: String
    /// z [rows, units], row by row.
    public let netInputs: [Double]
    /// a [rows, units], row by row.
    public let outputs: [Double]
    /// [units, inputs]
    public let weight: [Double]
    /// [units]; empty without one.
    public let bias: [Double]
    /// ∂loss/∂weight, [units, inputs]; empty without a loss.
    public let weightGradient: [Double]
    /// ∂loss/∂z, [rows, units]; empty without a loss.
    public let netInputGradient: [Double]

    /// The largest |da/dz| that the activation can have; nil where it has no bound below infinity.
    public var slopeBound: Double? { activation == "sigmoid" ? 0.25 : nil }
  }

  public let layers: [Layer]
  public let rows: Int
  /// Nil without a loss.
  public let loss: Double?

  /// - Parameter loss: of which the gradients are; nil for a forward pass alone.
  /// - Throws: when the data do not fit the network, or it has no layer with weights.
  public init(_ network: Network, on dataset: Dataset, loss: (any Loss)?) throws {
    let preprocessing =
      network.notes["preprocessing"] == nil
      ? Preprocessing(scale: dataset.scale) : try network.preprocessing
    let expected = network.inputs.first?.shape.reduce(1, *) ?? 0
    guard dataset.featureCount == expected else {
      throw PictureError(
        "the network takes \(expected) features, \(dataset.name) has \(dataset.featureCount)",
        kind: .badData)
    }
    let batch = try dataset.whole(preprocessing: preprocessing, dtype: .float64)
    try self.init(network, features: batch.features, targets: batch.targets, loss: loss)
  }

  /// - Parameters:
  ///   - features: [rows, …], prepared as the network takes them.
  ///   - targets: as the loss takes them.
  public init(
    _ network: Network, features: TensorData, targets: TensorData, loss: (any Loss)?
  ) throws {
    let plan = try ProbePlan(network, targets: targets, loss: loss)
    let values = try plan.values(network, features: features, targets: targets)
    rows = features.shape.first ?? 0
    layers = plan.layers.map { layer in
      Layer(
        name: layer.name, weightPath: layer.weightPath, inputs: layer.inputs, units: layer.units,
        activation: layer.activation, netInputs: values[layer.netInput] ?? [],
        outputs: values[layer.output] ?? [],
        weight: network.value(layer.weightPath)?.doubles() ?? [],
        bias: layer.biasPath.flatMap { network.value($0)?.doubles() } ?? [],
        weightGradient: layer.weightGradient.flatMap { values[$0] } ?? [],
        netInputGradient: layer.netInputGradient.flatMap { values[$0] } ?? [])
    }
    self.loss = plan.cost.flatMap { values[$0]?.first }
  }
}

/// The nodes whose values a probe reads.
private struct ProbePlan {
  struct Layer {
    let name: String
    let weightPath: String
    let biasPath: String?
    let inputs: Int
    let units: Int
    let activation: String
    let netInput: NodeID
    let output: NodeID
    var weightGradient: NodeID?
    var netInputGradient: NodeID?
  }

  private let built: BuiltModel
  private(set) var layers: [Layer]
  private(set) var cost: NodeID?

  init(_ network: Network, targets: TensorData, loss: (any Loss)?) throws {
    built = try network.build(.inference)
    guard built.inputs.count == 1, built.outputs.count == 1 else {
      throw PictureError(
        "pictures of the inside are of networks with one input and one output; this one has "
          + "\(built.inputs.count) and \(built.outputs.count)")
    }
    layers = try WeightLayers(of: try built.graph.snapshot()).layers
    guard !layers.isEmpty else { throw PictureError("the network has no layer with weights") }
    guard let loss else { return }
    let graph = built.graph
    let target = graph.input(
      "targets", Shape([.n] + targets.shape.dropFirst().map { Dimension($0) }),
      dtype: targets.dtype.isFloatingPoint ? .float32 : targets.dtype)
    let value = loss(built.outputs[0], target)
    let weights = layers.compactMap { built.variable($0.weightPath) }
    let slopes = graph.gradients(
      of: value, with: weights + layers.map { graph.tensor($0.netInput) })
    if let mistake = graph.mistake { throw mistake }
    for index in layers.indices {
      layers[index].weightGradient = slopes[index].id
      layers[index].netInputGradient = slopes[layers.count + index].id
    }
    cost = value.id
  }

  private var nodes: [NodeID] {
    var nodes: [NodeID] = []
    for layer in layers {
      nodes += [layer.netInput, layer.output]
      nodes += [layer.weightGradient, layer.netInputGradient].compactMap { $0 }
    }
    return nodes + [cost].compactMap { $0 }
  }

  /// The values of all nodes that are read.
  func values(
    _ network: Network, features: TensorData, targets: TensorData
  ) throws -> [NodeID: [Double]] {
    let wanted = nodes
    let program = try Program(
      built.graph,
      outputs: wanted.enumerated().map { ("\($0)", built.graph.tensor($1)) })
    let precise = try Retype(.float32, to: .float64).run(program)
    let bound = try BindSizes(["N": features.shape.first ?? 0]).run(precise)
    let results = try ReferenceEngine.values(of: bound) { id in
      let node = bound.graph[id]
      let data: TensorData?
      switch node.op {
      case let input as Input: data = input.label == "targets" ? targets : features
      case let variable as any Variable: data = network.value(variable.path)
      default: data = nil
      }
      let shape = node.type.shape.concrete ?? []
      guard let data, data.count == shape.reduce(1, *) else {
        throw PictureError("the rows do not fit the network's input", kind: .badData)
      }
      return data.converted(to: node.type.dtype).reshaped(to: shape)
    }
    var values: [NodeID: [Double]] = [:]
    for (wanted, output) in zip(wanted, bound.outputs) {
      values[wanted] = results[output.node.index]?.doubles()
    }
    return values
  }
}

/// Finds the layers in a graph by its form, so that models from files and from Swift are alike.
private struct WeightLayers {
  private let graph: GraphSnapshot
  private let consumers: [[Int]]
  private(set) var layers: [ProbePlan.Layer] = []

  init(of graph: GraphSnapshot) throws {
    self.graph = graph
    var consumers = [[Int]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs { consumers[input.index].append(index) }
    }
    self.consumers = consumers
    for index in graph.nodes.indices {
      if let layer = layer(at: index) { layers.append(layer) }
    }
  }

  /// The layer whose product a node is.
  private func layer(at index: Int) -> ProbePlan.Layer? {
    let node = graph.nodes[index]
    guard node.op is MatMul, node.inputs.count == 2,
      let weight = graph[node.inputs[1]].op as? Parameter,
      let shape = weight.type.shape.concrete, shape.count == 2,
      (node.op as? MatMul)?.transposeB == true
    else { return nil }
    var netInput = index
    var bias: String?
    for consumer in consumers[index] where graph.nodes[consumer].op is Add {
      let other = graph.nodes[consumer].inputs.first { $0.index != index }
      if let other, let parameter = graph[other].op as? Parameter {
        (netInput, bias) = (consumer, parameter.path)
      }
    }
    let (activation, output) = activation(behind: netInput)
    return ProbePlan.Layer(
      name: node.scope.isEmpty ? weight.path : node.scope, weightPath: weight.path, biasPath: bias,
      inputs: shape[1], units: shape[0], activation: activation, netInput: NodeID(netInput),
      output: NodeID(output))
  }

  private func activation(behind index: Int) -> (name: String, output: Int) {
    let names = ActivationList.names
    let region = graph.regions.last {
      $0.inputs.first?.index == index && names.contains($0.op.name)
    }
    if let region { return (region.op.name, region.output.index) }
    let unary = consumers[index].first {
      graph.nodes[$0].inputs.count == 1 && names.contains(graph.nodes[$0].op.name)
    }
    return unary.map { (graph.nodes[$0].op.name, $0) } ?? ("linear", index)
  }
}

extension NetworkProbe {
  /// The layer of a name; without one the first. Throws with the nearest name.
  public func layer(named name: String?) throws -> Layer {
    guard let name else { return layers[0] }
    let names = layers.map(\.name)
    guard let layer = layers.first(where: { $0.name == name }) else {
      throw PictureError(
        "there is no layer \"\(printable(name, limit: 80))\" with weights; "
          + (didYouMean(name, in: names) ?? "there are " + names.joined(separator: ", ")))
    }
    return layer
  }
}

extension NetworkProbe {
  /// The mean of every input over some rows, prepared as the network takes them.
  public static func meanInputs(_ network: Network, on dataset: Dataset) throws -> [Double] {
    let preprocessing =
      network.notes["preprocessing"] == nil
      ? Preprocessing(scale: dataset.scale) : try network.preprocessing
    let values = try dataset.whole(preprocessing: preprocessing, dtype: .float64).features.doubles()
    var means = [Double](repeating: 0, count: dataset.featureCount)
    for (index, value) in values.enumerated() { means[index % dataset.featureCount] += value }
    return means.map { $0 / Double(max(dataset.count, 1)) }
  }
}
