public import ApusGraph

/// What a network is made of: one row per layer, with shapes, counts and the formula of each count.
///
/// ```swift
/// print(try network.summary())
/// ```
public struct Summary: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// The layer's path: `dense_1`, `residual_1/dense_2`.
    public let name: String
    /// Of its result, such as [N, 30].
    public let outputShape: Shape
    /// Numbers that training adjusts.
    public let parameters: Int
    /// Numbers that are fitted or updated but not trained.
    public let states: Int
    /// How the parameters add up, weights before biases: `784·30+30`; empty without parameters.
    public let formula: String
    /// Floating-point operations of one row forwards; a multiplication and an addition are two.
    public let operationsPerRow: Int
    /// Bytes of the parameters and states.
    public let parameterBytes: Int
    /// Bytes of all values that one row needs forwards.
    public let activationBytesPerRow: Int

    /// The last part of the name without its number: `dense`.
    public var kind: String {
      let last = name.split(separator: "/").last.map(String.init) ?? name
      guard let underscore = last.lastIndex(of: "_"),
        last[last.index(after: underscore)...].allSatisfy(\.isNumber)
      else { return last }
      return String(last[..<underscore])
    }
  }

  public let rows: [Row]

  public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  public var states: Int { rows.reduce(0) { $0 + $1.states } }
  public var operationsPerRow: Int { rows.reduce(0) { $0 + $1.operationsPerRow } }
  public var parameterBytes: Int { rows.reduce(0) { $0 + $1.parameterBytes } }
  public var activationBytesPerRow: Int { rows.reduce(0) { $0 + $1.activationBytesPerRow } }
}

extension Network {
  /// The layers of the network as it is trained.
  public func summary() throws -> Summary { try model.summary(for: inputs) }
}

extension Model {
  /// The layers of the model for inputs of given shapes, without any numbers.
  public func summary(for inputs: [InputSpec]) throws -> Summary {
    try build(for: inputs, mode: .training).summary()
  }
}
