public import ApusGraph
public import ApusLayers

/// After each update shortens the incoming weights of every unit to a norm of at most `limit`
/// (Srebro and Shraibman 2005; with dropout Srivastava et al. 2014, who use 3 to 4).
///
/// A unit's weights are a row of a weight [outputs, inputs, …]. Biases and other roles stay.
public struct MaxNorm: Hashable, Sendable {
  public let limit: Double

  public init(_ limit: Double) { self.limit = limit }

  /// Emits the constrained value of a parameter.
  public func callAsFunction(_ weight: Tensor, role: ParameterRole) -> Tensor {
    guard role == .weight, weight.rank >= 2 else { return weight }
    let norm = sqrt(square(weight).sum(Array(1..<weight.rank), keepDimensions: true))
    return weight * (limit / max(norm, limit))
  }

  func validate() throws { try requirePositive(limit, "limit", of: "max-norm constraint") }
}
