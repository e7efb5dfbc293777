/// A rule that an op's inputs or attributes break. The graph adds op, scope, shapes and place.
public struct RuleViolation: Error, Hashable, Sendable {
  /// What must hold, as a sentence: "the inner dimensions must be equal".
  public let rule: String
  /// What to try.
  public let hint: String?

  public init(_ rule: String, hint: String? = nil) {
    self.rule = rule
    self.hint = hint
  }
}

/// The first mistake made while building a graph.
///
/// Prints as
/// ```
/// matmul in encoder/dense_1: the inner dimensions must be equal; got float32[N, 3] and
/// float32[4, 2] (Net.swift:12); hint: …
/// ```
public struct GraphError: DiagnosableError, Hashable, Sendable {
  /// The op's name, such as `matmul`.
  public let op: String
  /// The layer path; empty at top level.
  public let scope: String
  public let inputs: [TensorType]
  public let rule: String
  public let hint: String?
  public let location: SourceLocation?
  /// The expression that was being built, such as `x · weightᵀ`; empty when there is none.
  public let expression: String

  public init(
    op: String, violation: RuleViolation, inputs: [TensorType] = [], expression: String = "",
    site: BuildSite = .current
  ) {
    self.op = op
    self.inputs = inputs
    self.expression = expression
    scope = site.scope
    location = site.location
    rule = violation.rule
    hint = violation.hint
  }

  public var kind: ErrorKind { .usage }

  public var description: String {
    var text = op
    if !scope.isEmpty { text += " in \(scope)" }
    text += ": \(rule)"
    if !inputs.isEmpty {
      text += "; got " + inputs.map(\.description).joined(separator: " and ")
    }
    if !expression.isEmpty { text += " in \(expression)" }
    if let location { text += " (\(location))" }
    if let hint { text += "; hint: \(hint)" }
    return text
  }
}
