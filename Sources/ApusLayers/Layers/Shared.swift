public import ApusGraph

/// A layer that uses the same parameters wherever it appears in one model.
///
/// Two places that declare the same path are an error; wrapping one value of `Shared` says that it
/// is meant. The first use declares the parameters under `name`, later uses read them.
///
/// ```swift
/// let tower = Shared("tower", Dense(8, activation: .relu))
/// let twins = FunctionalModel { inputs, scope in
///   [tower(inputs[0], in: scope) - tower(inputs[1], in: scope)]
/// }
/// ```
public struct Shared: Layer {
  public let name: String
  public let layer: any Layer
  private let identity = Identity()

  public init(_ name: String, _ layer: any Layer) {
    self.name = name
    self.layer = layer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    guard let child = scope.shared(name, by: ObjectIdentifier(identity)) else {
      return scope.mistake(
        "shared", "two different shared layers are named '\(name)'",
        hint: "keep one value of Shared and use it in both places, or give one another name")
    }
    return child.enter { layer(x, in: child) }
  }

  /// Tells two layers of one name apart; copies of a value share it.
  private final class Identity: Sendable {}
}
