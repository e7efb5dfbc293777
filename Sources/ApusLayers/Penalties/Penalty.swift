public import ApusGraph

/// A term added to the loss that keeps parameters small: strength · Σ|w| (L1; Tibshirani 1996) or
/// strength · Σw² (L2, ridge; Hoerl and Kennard 1970), without a half and without averaging.
///
/// ```swift
/// let penalties = [Penalty.l2(1e-4), .l1(1e-3, under: "dense_1")]
/// ```
public struct Penalty: Hashable, Sendable {
  public enum Norm: String, Hashable, Sendable { case l1, l2 }

  public let norm: Norm
  public let strength: Double
  public let group: ParameterSelection

  public init(_ norm: Norm, _ strength: Double, group: ParameterSelection) {
    self.norm = norm
    self.strength = strength
    self.group = group
  }

  /// strength · Σ|w|.
  public static func l1(
    _ strength: Double, on roles: [ParameterRole] = [.weight], under path: String = ""
  ) -> Penalty {
    Penalty(.l1, strength, group: ParameterSelection(roles, under: path))
  }

  /// strength · Σw².
  public static func l2(
    _ strength: Double, on roles: [ParameterRole] = [.weight], under path: String = ""
  ) -> Penalty {
    Penalty(.l2, strength, group: ParameterSelection(roles, under: path))
  }

  /// The scalar to add to the loss; nil when the group has no parameter in this model.
  public func callAsFunction(on model: BuiltModel) -> Tensor? {
    let terms = model.parameters.filter(group.contains).compactMap { model.variable($0.path) }
      .map { (norm == .l1 ? abs($0) : square($0)).sum() }
    guard let first = terms.first else { return nil }
    return strength * terms.dropFirst().reduce(first) { $0 + $1 }
  }

  /// Throws ``PenaltyError`` unless the strength is a number of at least 0.
  public func validate() throws {
    guard strength >= 0, strength.isFinite else {
      throw PenaltyError(
        description: "\(norm.rawValue): the strength must be a number of at least 0, "
          + "found \(strength)")
    }
  }
}

/// The parameters of some roles under a path.
public struct ParameterSelection: Hashable, Sendable {
  public let roles: [ParameterRole]
  /// A layer's path, such as `dense_1`; empty for the whole model.
  public let path: String

  public init(_ roles: [ParameterRole] = [.weight], under path: String = "") {
    self.roles = roles
    self.path = path
  }

  public func contains(_ parameter: ParameterSpec) -> Bool {
    roles.contains(parameter.role)
      && (path.isEmpty || parameter.path == path || parameter.path.hasPrefix("\(path).")
        || parameter.path.hasPrefix("\(path)/"))
  }
}

/// A penalty whose setting is out of range.
public struct PenaltyError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String
}
