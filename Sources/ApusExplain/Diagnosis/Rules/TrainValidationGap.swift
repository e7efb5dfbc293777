public import ApusTraining

/// The network does much better on the rows that it was trained on than on others: it has learned
/// them by heart.
public struct TrainValidationGap: HealthRule {
  public static let name = "train_validation_gap"
  public static let condition =
    "held-out rows have an accuracy 10 points lower, or a loss 3 times as high when no accuracy is "
    + "measured; or the validation loss has risen by a half from its lowest"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? { gap(facts) ?? rise(facts) }

  private func gap(_ facts: HealthFacts) -> Finding? {
    guard let train = facts.train, let heldOut = facts.heldOut else { return nil }
    if let own = train["accuracy"], let other = heldOut["accuracy"] {
      guard own - other >= 0.1 else { return nil }
      return Finding(
        Self.name, value: own - other,
        "the accuracy is \(share(own)) on the training rows and \(share(other)) on rows that were "
          + "held out", try: Self.advice)
    }
    guard train.loss > 0, heldOut.loss >= 3 * train.loss else { return nil }
    return Finding(
      Self.name, value: heldOut.loss / train.loss,
      "the loss is \(plain(train.loss)) on the training rows and \(plain(heldOut.loss)) on rows "
        + "that were held out", try: Self.advice)
  }

  private func rise(_ facts: HealthFacts) -> Finding? {
    let losses = facts.epochs.compactMap { $0.validation?.loss }
    guard losses.count == facts.epochs.count, let last = losses.last,
      let best = losses.indices.min(by: { losses[$0] < losses[$1] }), losses.count - best > 3,
      last > 1.5 * losses[best]
    else { return nil }
    return Finding(
      Self.name, value: last / losses[best],
      "the validation loss was lowest after epoch \(facts.epochs[best].epoch) "
        + "(\(plain(losses[best]))) and has risen to \(plain(last))", try: Self.advice)
  }

  private static let advice =
    "more rows, --dropout 0.3, --l2 0.001, fewer units, or --early-stopping 5 with "
    + "--validation-split 0.1"
}
