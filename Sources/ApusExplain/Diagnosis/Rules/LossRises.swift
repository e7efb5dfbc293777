public import ApusTraining

/// The training loss ends above where it has been.
public struct LossRises: HealthRule {
  public static let name = "loss_rises"
  public static let condition =
    "the last epoch's training loss is 1.5 times the lowest one, and above a tenth of the first"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    let losses = facts.epochs.map(\.train.loss)
    guard losses.count >= 2, let first = losses.first, let last = losses.last,
      let best = losses.indices.min(by: { losses[$0] < losses[$1] })
    else { return nil }
    // Where the loss is almost 0, it may double and still be almost 0.
    guard last > 1.5 * losses[best], last > 0.1 * first else { return nil }
    return Finding(
      Self.name, value: last / losses[best],
      "the training loss is \(plain(last)) after the last epoch; it was \(plain(losses[best])) "
        + "after epoch \(facts.epochs[best].epoch)",
      try: "a smaller or falling learning rate (--schedule), or --early-stopping 5 with "
        + "--validation-split 0.1")
  }
}
