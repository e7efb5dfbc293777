public import ApusGraph

/// Your own expression as a layer.
///
/// ```swift
/// Lambda("double") { 2 * $0 }
/// ```
public struct Lambda: Layer {
  public let name: String
  private let function: @Sendable (Tensor) -> Tensor

  public init(_ name: String = "lambda", _ function: @escaping @Sendable (Tensor) -> Tensor) {
    self.name = name
    self.function = function
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    scope.enter { function(x) }
  }
}
