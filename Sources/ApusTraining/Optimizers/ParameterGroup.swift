import ApusGraph
public import ApusLayers

/// Parameters that train with settings of their own, or not at all.
///
/// ```swift
/// [.frozen("encoder"), ParameterGroup("dense_3", learningRateFactor: 0.1),
///  ParameterGroup(.role(.bias), weightDecay: 0)]
/// ```
public struct ParameterGroup: Hashable, Sendable {
  public let selector: ParameterSelector
  /// Multiplies the scheduled learning rate.
  public let learningRateFactor: Double
  /// λ in place of the optimizer's; nil keeps it. Coupled or decoupled as the optimizer has it.
  public let weightDecay: Double?
  /// Frozen parameters keep their value; their gradients are not computed.
  public let isFrozen: Bool

  public init(
    _ selector: ParameterSelector, learningRateFactor: Double = 1, weightDecay: Double? = nil,
    isFrozen: Bool = false
  ) {
    self.selector = selector
    self.learningRateFactor = learningRateFactor
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }

  public static func frozen(_ selector: ParameterSelector) -> ParameterGroup {
    ParameterGroup(selector, isFrozen: true)
  }

  func validate() throws {
    let place = "parameter group \(selector)"
    guard learningRateFactor > 0, learningRateFactor.isFinite else {
      throw OptimizerError(
        place, "learning rate factor", mustBe: "positive (freeze the group instead of 0)",
        found: learningRateFactor)
    }
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw OptimizerError(place, "weight decay", mustBe: "at least 0", found: weightDecay)
    }
  }

  /// The settings of each parameter. Throws when a group selects none of them.
  static func settings(
    of parameters: [(path: String, tensor: Tensor, role: ParameterRole)], in groups: [Self]
  ) throws -> [ParameterSettings] {
    for group in groups
    where !parameters.contains(where: { group.selector.selects($0.path, role: $0.role) }) {
      throw OptimizerError(group.selector.nothingSelected(among: parameters.map(\.path)))
    }
    return parameters.map { parameter in
      let group = groups.first { $0.selector.selects(parameter.path, role: parameter.role) }
      return ParameterSettings(
        learningRateFactor: group?.learningRateFactor ?? 1, weightDecay: group?.weightDecay,
        isFrozen: group?.isFrozen ?? false)
    }
  }
}

/// How one parameter trains.
struct ParameterSettings: Hashable, Sendable {
  let learningRateFactor: Double
  let weightDecay: Double?
  let isFrozen: Bool
}

/// Which parameters a group holds.
public enum ParameterSelector: Hashable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// A path and everything under it (`encoder` holds `encoder/dense_1.weight`, `dense_1` holds
  /// `dense_1.weight` but not `dense_10.weight`); with `*`, which stands for any characters, the
  /// whole path must fit (`*.bias`).
  case path(String)
  case role(ParameterRole)

  public init(stringLiteral value: String) { self = .path(value) }

  public func selects(_ path: String, role: ParameterRole) -> Bool {
    switch self {
    case .role(let wanted): return role == wanted
    case .path(let pattern) where pattern.utf8.contains(UInt8(ascii: "*")):
      return globMatches(Array(pattern.utf8), Array(path.utf8))
    case .path(let prefix):
      guard path.hasPrefix(prefix) else { return false }
      let next = path.utf8.dropFirst(prefix.utf8.count).first
      return next == nil || next == UInt8(ascii: ".") || next == UInt8(ascii: "/")
    }
  }

  public var description: String {
    switch self {
    case .path(let path): "'\(path)'"
    case .role(let role): "of role \(role.rawValue)"
    }
  }

  fileprivate func nothingSelected(among paths: [String]) -> String {
    var text = "the parameter group \(self) selects nothing"
    guard case .path(let path) = self else { return text }
    let layers = paths.map { String($0.prefix { $0 != "." }) }
    if let hint = didYouMean(path, in: layers + paths) { text += ". \(hint)" }
    return text
  }
}

/// Whether a text fits a pattern in which `*` stands for any run of bytes, none included. Goes back
/// to the last `*` only, so it takes at most pattern × text steps.
private func globMatches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
  let star = UInt8(ascii: "*")
  var (p, t) = (0, 0)
  var retry: (pattern: Int, text: Int)?
  while t < text.count {
    if p < pattern.count, pattern[p] == star {
      retry = (p + 1, t)
      p += 1
    } else if p < pattern.count, pattern[p] == text[t] {
      (p, t) = (p + 1, t + 1)
    } else if let last = retry {
      retry = (last.pattern, last.text + 1)
      (p, t) = (last.pattern, last.text + 1)
    } else {
      return false
    }
  }
  return pattern[p...].allSatisfy { $0 == star }
}
