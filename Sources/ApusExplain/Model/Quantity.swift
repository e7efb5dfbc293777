/// What a quantity is in the computation.
public enum QuantityRole: String, Hashable, Sendable, CaseIterable {
  case input, parameter, target, constant, intermediate, loss
}

/// Something with a name and a value: an input, a weight, a net input, the loss, or one element of
/// such a tensor.
public struct Quantity: Hashable, Sendable {
  /// As the rows print it: `h1`, `w(x1→h2)`.
  public let name: String
  /// The tensor that it is or belongs to: `dense_1.weight`, `v3`.
  public let tensor: String
  /// The element's place in the tensor, counted from 0; nil for a whole tensor.
  public let index: [Int]?
  public let role: QuantityRole
  /// The layer that it belongs to; empty outside layers.
  public let layer: String

  public init(
    name: String, tensor: String, index: [Int]?, role: QuantityRole, layer: String = ""
  ) {
    self.name = name
    self.tensor = tensor
    self.index = index
    self.role = role
    self.layer = layer
  }
}
