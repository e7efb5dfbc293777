public import ApusGraph

/// A model with any number of inputs and outputs, written as a function.
///
/// ```swift
/// let model = FunctionalModel { inputs, scope in
///   let hidden = Dense(8, activation: .relu)(inputs[0] + inputs[1], in: scope / "hidden")
///   return [Dense(3)(hidden, in: scope / "class"), Dense(1)(hidden, in: scope / "size")]
/// }
/// ```
public struct FunctionalModel: Model {
  public let inputCount: Int?
  private let function: @Sendable ([Tensor], Scope) -> [Tensor]

  /// - Parameter inputCount: how many inputs the function takes, checked when building; nil for
  ///   any number.
  public init(
    inputCount: Int? = nil, _ function: @escaping @Sendable ([Tensor], Scope) -> [Tensor]
  ) {
    self.inputCount = inputCount
    self.function = function
  }

  public func callAsFunction(_ inputs: [Tensor], in scope: Scope) -> [Tensor] {
    if let inputCount, inputs.count != inputCount {
      return [
        scope.mistake("model", "it takes \(inputCount) inputs, got \(inputs.count)", inputs: inputs)
      ]
    }
    return function(inputs, scope)
  }
}
