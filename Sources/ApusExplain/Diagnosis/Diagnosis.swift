public import ApusFormats
public import ApusTraining

/// What all rules say about a network or a run.
///
/// ```swift
/// let diagnosis = Diagnosis(of: facts)
/// for line in diagnosis.lines { print(line) }
/// ```
public struct Diagnosis: Sendable {
  /// Every rule, in the order in which findings are told: the data, the network, the run.
  public static let rules: [any HealthRule] = [
    FirstBadNumber(), InputsNotScaled(), LabelsDoNotFitHead(), SoftmaxBeforeLogits(),
    VanishingGradients(), ExplodingGradients(), DeadReLU(), SaturatedUnits(), UpdateRatio(),
    LearningRateTooLarge(), LossRises(), LossStalls(), TrainValidationGap(), LeftoverBatch(),
  ]

  public let facts: HealthFacts
  public let findings: [Finding]

  public init(of facts: HealthFacts) {
    self.facts = facts
    findings = Self.rules.compactMap { $0.finding(in: facts) }
  }

  public var problems: [Finding] { findings.filter { $0.severity == .problem } }

  /// One line per finding, problems first; a healthy network says so.
  public var lines: [String] {
    let notes = findings.filter { $0.severity == .note }
    let verdict =
      problems.isEmpty ? ["healthy: none of \(Self.rules.count) rules found a problem."] : []
    return verdict + problems.map(\.text) + notes.map { "note, \($0.text)" }
  }

  /// `{"healthy", "findings": [{"rule", "severity", "place", "value", "sentence", "advice"}],
  /// "facts"}`
  public var json: JSON {
    [
      "healthy": .bool(problems.isEmpty),
      "rules": JSON(Self.rules.map { type(of: $0).name }),
      "findings": .array(
        findings.map { finding in
          [
            "rule": .string(finding.rule), "severity": .string(finding.severity.rawValue),
            "place": finding.place.map { .string($0) } ?? .null, "value": .finite(finding.value),
            "sentence": .string(finding.sentence), "advice": .string(finding.advice),
          ]
        }),
      "facts": facts.json,
    ]
  }
}
