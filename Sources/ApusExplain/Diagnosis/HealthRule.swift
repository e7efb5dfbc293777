import ApusGraph
public import ApusTraining

/// One way in which a network or a run can be ill. A rule looks at numbers only, so it says the
/// same of a run that goes on, of one that is over and of a model by itself.
public protocol HealthRule: Sendable {
  /// As findings and files name it: `dead_relu`.
  static var name: String { get }
  /// When it speaks up, with its bounds.
  static var condition: String { get }

  /// What is wrong; nil when nothing is, or when the facts do not tell.
  func finding(in facts: HealthFacts) -> Finding?
}

extension HealthFacts {
  /// The last look at the network.
  var latest: HealthObservation? { observations.last }

  /// The loss before the first step and at the last look; nil unless a training was watched from
  /// its start.
  var lossCourse: (before: Double, after: Double)? {
    guard training != nil, observations.count >= 2, let first = observations.first,
      let last = observations.last, first.loss.isFinite, last.loss.isFinite
    else { return nil }
    return (first.loss, last.loss)
  }

  /// Whether the training brought the loss down to a tenth, or the loss is at most half of that of
  /// the best answer that does not look at the input.
  var hasLearned: Bool {
    if let course = lossCourse, course.after <= 0.1 * course.before { return true }
    guard let constant = targets.lossOfConstant, let loss = latest?.loss else { return false }
    return loss <= 0.5 * constant
  }
}

/// A number as sentences have it.
func plain(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }

/// A share as sentences have it: `62 %`.
func share(_ value: Double) -> String { NumberFormat.percent(value, digits: 0) }

/// How many times, for people: `1,200`, `83 million`.
func times(_ value: Double) -> String {
  switch value {
  case ..<1e6: NumberFormat.grouped(Int(max(value, 0).rounded()))
  case ..<1e9: "\(NumberFormat.significant(value / 1e6, digits: 2)) million"
  case ..<1e12: "\(NumberFormat.significant(value / 1e9, digits: 2)) billion"
  default: plain(value)
  }
}
