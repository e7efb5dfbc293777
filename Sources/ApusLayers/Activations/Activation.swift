public import ApusGraph

/// A function between layers, with its name.
///
/// ```swift
/// Dense(30, activation: .relu)
/// Activation.leakyReLU(slope: 0.1)
/// ```
public struct Activation: Layer {
  public static let kind = "activation"

  /// The name on the command line and in files: `relu`.
  public let name: String
  /// What the function takes besides its operand, such as a slope.
  public let attributes: Attributes
  private let function: @Sendable (Tensor, Scope) -> Tensor

  /// A function that declares parameters of its own in the scope that it is given.
  public init(
    _ name: String, attributes: Attributes = [:],
    inScope function: @escaping @Sendable (Tensor, Scope) -> Tensor
  ) {
    self.name = name
    self.attributes = attributes
    self.function = function
  }

  /// A function of the tensor alone.
  public init(
    _ name: String, attributes: Attributes = [:],
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) {
    self.init(name, attributes: attributes) { x, _ in function(x) }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    scope.enter { function(x, scope) }
  }
}

extension Activation: DescribedLayer {
  public var settings: Attributes { ["function": .text(text)] }

  public init(reading reader: SettingReader) throws {
    try reader.expect("function")
    self = try reader.named("function", default: "") { try Activation.named($0) }
  }
}
