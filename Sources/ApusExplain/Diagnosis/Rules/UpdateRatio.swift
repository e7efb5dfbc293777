import ApusGraph
public import ApusTraining

/// How much of a weight tensor one step replaces; about a thousandth is usual.
public struct UpdateRatio: HealthRule {
  public static let name = "update_ratio"
  public static let condition =
    "one step changes weights by more than 10 % of their size, the first one by more than all of "
    + "it, or none by a millionth, and the network has not learned"

  static let highest = 0.1
  static let highestOfFirst = 1.0
  static let lowest = 1e-6

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard !facts.hasLearned else { return nil }
    // The very first step of Adam and its kin is as large as any will be.
    let looks = facts.observations.count > 1 ? facts.observations.dropFirst() : []
    let ratios =
      Self.ratios(looks)
      + Self.ratios(facts.observations.prefix(1)).filter { $0.ratio > Self.highestOfFirst }
    guard let most = ratios.max(by: { $0.ratio < $1.ratio }),
      let least = ratios.min(by: { $0.ratio < $1.ratio })
    else { return nil }
    if most.ratio > Self.highest {
      return Finding(
        Self.name, at: most.path, value: most.ratio,
        "one step changes \(most.path) by \(share(most.ratio)) of its size; a thousandth is usual",
        try: "a tenth of the learning rate\(rate(facts)), or --clip-norm 1")
    }
    guard most.ratio < Self.lowest else { return nil }
    return Finding(
      Self.name, at: least.path, value: most.ratio,
      "no step changes weights by more than \(plain(most.ratio)) of its size, so all stay where "
        + "they were drawn", try: "ten times the learning rate\(rate(facts)), or more")
  }

  private static func ratios(
    _ looks: ArraySlice<HealthObservation>
  ) -> [(path: String, ratio: Double)] {
    looks.flatMap(\.parameters).compactMap { parameter in
      parameter.updateRatio.map { (parameter.path, $0) }
    }
  }

  private func rate(_ facts: HealthFacts) -> String {
    facts.training.map { " (\(NumberFormat.short($0.learningRate, digits: 3)) now)" } ?? ""
  }
}
