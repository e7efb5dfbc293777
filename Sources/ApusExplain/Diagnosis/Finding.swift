/// Something that a rule found: a plain sentence with the number that it rests on, and what to try.
public struct Finding: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    /// It costs the network its success, or will.
    case problem
    /// Worth knowing; a healthy run may have it.
    case note
  }

  /// The rule's name: `dead_relu`.
  public let rule: String
  public let severity: Severity
  /// The layer, feature or class that it is about; nil for the whole run.
  public let place: String?
  /// The number that the finding rests on.
  public let value: Double
  /// What was seen, with the number.
  public let sentence: String
  /// What to try, starting with a verb.
  public let advice: String

  init(
    _ rule: String, _ severity: Severity = .problem, at place: String? = nil, value: Double,
    _ sentence: String, try advice: String
  ) {
    self.rule = rule
    self.severity = severity
    self.place = place
    self.value = value
    self.sentence = sentence
    self.advice = advice
  }

  /// `dead_relu: in dense_1 62 % of the units … . Try …`
  public var text: String { "\(rule): \(sentence). Try: \(advice)." }
}
