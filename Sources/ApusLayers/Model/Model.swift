public import ApusGraph

/// A function of one or more inputs with one or more outputs, described as a value.
///
/// Every ``Layer`` is one through ``LayerModel``; write your own for several inputs or outputs.
public protocol Model: Sendable {
  func callAsFunction(_ inputs: [Tensor], in scope: Scope) -> [Tensor]
}

/// A layer as a model with one input and one output.
public struct LayerModel: Model {
  public let layer: any Layer

  public init(_ layer: any Layer) { self.layer = layer }

  public func callAsFunction(_ inputs: [Tensor], in scope: Scope) -> [Tensor] {
    guard inputs.count == 1 else {
      return [
        scope.mistake("model", "a stack of layers takes one input, got \(inputs.count)")
      ]
    }
    return [layer(inputs[0], in: scope)]
  }
}
