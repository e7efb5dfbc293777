public import ApusGraph

/// A constraint applied after each update: the weights of one unit, a row of `weight`, are scaled
/// down to length `limit` when they are longer (Srebro, Rennie and Jaakkola 2004; Srivastava et al.
/// 2014 beside dropout).
public struct MaxNorm: Hashable, Sendable {
  public let limit: Double
  public let group: ParameterGroup

  public init(_ limit: Double, group: ParameterGroup = ParameterGroup()) {
    self.limit = limit
    self.group = group
  }

  /// The value that a parameter [units, …] has instead of `updated`.
  public func projected(_ updated: Tensor) -> Tensor {
    let axes = Array(Swift.min(1, updated.rank)..<updated.rank)
    let length = sqrt(square(updated).sum(axes, keepDimensions: true))
    return updated * (limit / max(length, limit))
  }

  /// Throws ``PenaltyError`` unless the limit is positive.
  public func validate() throws {
    guard limit > 0, limit.isFinite else {
      throw PenaltyError(description: "max_norm: the limit must be positive, found \(limit)")
    }
  }
}
