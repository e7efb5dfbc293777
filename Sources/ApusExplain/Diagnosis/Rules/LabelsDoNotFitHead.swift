public import ApusTraining

/// The head cannot give what the targets ask for, or the rows cannot teach it. Numbers of outputs and
/// kinds of targets that do not match are errors before training starts.
public struct LabelsDoNotFitHead: HealthRule {
  public static let name = "labels_do_not_fit_head"
  public static let condition =
    "targets lie outside of what the head can give, all are equal, or a class has no row"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    let targets = facts.targets
    if let name = targets.emptyClasses.first {
      let count = targets.emptyClasses.count
      return Finding(
        Self.name, at: name, value: Double(count),
        "\(count) of \(targets.classes) classes \(count == 1 ? "has" : "have") no row to learn "
          + "from, such as \"\(name)\"",
        try: "more rows, a smaller test share, or a table without that class")
    }
    guard let lowest = targets.lowest, let highest = targets.highest else { return nil }
    if lowest == highest {
      return Finding(
        Self.name, value: lowest, "every target is \(plain(lowest)), so there is nothing to learn",
        try: "another column with --target")
    }
    guard let range = Self.range(of: facts.head) else { return nil }
    let worst = lowest < range.lowerBound ? lowest : highest
    guard !range.contains(worst) else { return nil }
    return Finding(
      Self.name, value: worst,
      "a target is \(plain(worst)), but a head of kind \(facts.head) gives numbers "
        + (range.upperBound.isInfinite
          ? "of at least \(plain(range.lowerBound))"
          : "from \(plain(range.lowerBound)) to \(plain(range.upperBound))"),
      try: "--output-activation linear, or targets brought into that range")
  }

  private static func range(of head: String) -> ClosedRange<Double>? {
    switch head {
    case "sigmoid", "hard_sigmoid", "softmax", "step": 0...1
    case "tanh", "softsign": -1...1
    case "relu", "softplus", "exp": 0...Double.infinity
    default: nil
    }
  }
}
