public import ApusGraph

/// A model turned into a graph for given inputs: what training, summaries and pictures start from.
public struct BuiltModel: Sendable {
  public let graph: Graph
  public let mode: Mode
  /// In the model's order, each [N, …].
  public let inputs: [Tensor]
  public let outputs: [Tensor]
  /// In order of declaration.
  public let parameters: [ParameterSpec]
  public let states: [StateSpec]
  /// Values that states have after a training step.
  public let updates: [(variable: Tensor, value: Tensor)]
  /// The results of the layers, in order of completion.
  public let layers: [LayerResult]
  /// Scalars to add to the loss.
  public let penalties: [Tensor]
  /// Int32 [4] (seed low, seed high, epoch, step); nil when nothing is random.
  public let randomKey: Tensor?

  /// The name of the random key among a program's inputs.
  public static let randomKeyName = "random key"

  /// The handle of a declared variable.
  public func variable(_ path: String) -> Tensor? { variables[path] }

  private let variables: [String: Tensor]
}

/// What the layer at a path gave.
public struct LayerResult: Hashable, Sendable {
  public let path: String
  public let type: TensorType
}

extension Model {
  /// Builds the graph. Throws the first mistake, with the layer's path and all shapes.
  public func build(for inputs: [InputSpec], mode: Mode) throws -> BuiltModel {
    let graph = Graph()
    let build = ModelBuild(graph: graph, mode: mode)
    let tensors = inputs.map { graph.input($0.name, $0.batchShape, dtype: $0.dtype) }
    let outputs = self(tensors, in: Scope(path: "", build: build))
    if let mistake = graph.mistake { throw mistake }
    return BuiltModel(build, inputs: tensors, outputs: outputs)
  }
}

extension BuiltModel {
  fileprivate init(_ build: ModelBuild, inputs: [Tensor], outputs: [Tensor]) {
    graph = build.graph
    mode = build.mode
    self.inputs = inputs
    self.outputs = outputs
    parameters = build.parameters
    states = build.states
    updates = build.updates
    layers = build.layers
    penalties = build.penalties
    randomKey = build.usedRandomKey
    variables = build.variables
  }
}
