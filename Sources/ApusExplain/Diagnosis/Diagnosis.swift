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

  /// The findings in lines of 80 columns, what to try below what was seen.
  public var text: String {
    guard !findings.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    var page = TextLines()
    let notes = findings.filter { $0.severity == .note }
    if problems.isEmpty { page.add(lines[0]) }
    for finding in problems + notes {
      if !page.lines.isEmpty { page.add("") }
      let kind = finding.severity == .note ? "note, " : ""
      page.wrapped("\(kind)\(finding.rule): \(finding.sentence).", first: "", indent: 2)
      page.wrapped("Try: \(finding.advice).", first: "  ", indent: 7)
    }
    return page.text
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
