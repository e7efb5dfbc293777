public import ApusTraining

/// Hidden units of sigmoid or tanh stand at their ends, where the slope is almost 0. Of the last
/// layer that is no fault: there it is a sure answer.
public struct SaturatedUnits: HealthRule {
  public static let name = "saturated_units"
  public static let condition =
    "more than half of a hidden layer's results have a slope below 1 % of the largest, and the "
    + "network has not learned"

  static let bound = 0.5

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard !facts.hasLearned else { return nil }
    let layers = facts.observations.flatMap(\.activations).filter { !$0.isHead }
    guard let worst = layers.max(by: { $0.saturated < $1.saturated }),
      worst.saturated > Self.bound
    else { return nil }
    return Finding(
      Self.name, at: worst.layer, value: worst.saturated,
      "in \(worst.layer) \(share(worst.saturated)) of the results of \(worst.function) are "
        + "saturated (slope below 1 % of its largest)",
      try: "inputs on one scale (--standardize on), smaller first weights, a smaller learning "
        + "rate, or relu")
  }
}
