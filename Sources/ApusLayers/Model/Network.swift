public import ApusGraph

/// A model with its numbers: one value that can predict, be trained, be saved and be sent.
///
/// ```swift
/// let network = try Network(Sequential { Dense(30, activation: .relu); Dense(10) },
///                           inputShape: [784], seed: 0)
/// ```
public struct Network: Sendable {
  public let model: any Model
  public let inputs: [InputSpec]
  /// Trained numbers.
  public var parameters: ParameterStore
  /// Numbers that are fitted or updated but not trained.
  public var states: ParameterStore
  /// Everything random hangs off it.
  public let seed: UInt64
  /// What a model file stores beside the numbers: preprocessing, class names, the loss.
  public var notes: [String: String] = [:]

  /// A network with first values drawn from `seed`.
  ///
  /// Throws the model's first mistake: layer path, shapes, rule and hint.
  public init(_ model: any Model, inputs: [InputSpec], seed: UInt64 = 0) throws {
    self.model = model
    self.inputs = inputs
    self.seed = seed
    parameters = ParameterStore()
    states = ParameterStore()
    let built = try model.build(for: inputs, mode: .training)
    for spec in built.parameters {
      parameters[spec.path] = try spec.initialValue(seed: seed)
    }
    for spec in built.states { states[spec.path] = spec.initial }
  }

  /// A network of a layer, usually a ``Sequential``, on rows of one shape.
  public init(_ layer: some Layer, inputShape: [Int], seed: UInt64 = 0) throws {
    try self.init(LayerModel(layer), inputs: [InputSpec(shape: inputShape)], seed: seed)
  }

  /// The graph of the model for training or inference.
  public func build(_ mode: Mode) throws -> BuiltModel { try model.build(for: inputs, mode: mode) }

  /// A variable's numbers, trained or not.
  public func value(_ path: String) -> TensorData? { parameters[path] ?? states[path] }
}

extension ParameterSpec {
  /// The first value, from a stream of its own: adding a layer does not change another's numbers.
  public func initialValue(seed: UInt64) throws -> TensorData {
    var random = RandomStream(seed: seed, purpose: RandomPurpose(named: path))
    let values = try initializer.values(shape: shape, fans: fans, random: &random)
    return TensorData(doubles: values, shape: shape, dtype: .float32)
  }
}
