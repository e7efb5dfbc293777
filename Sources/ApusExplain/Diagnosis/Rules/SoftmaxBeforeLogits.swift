public import ApusTraining

/// A loss that applies softmax itself is given probabilities. A softmax that the graph shows is an
/// error before training; this finds one that is written out by hand.
public struct SoftmaxBeforeLogits: HealthRule {
  public static let name = "softmax_before_logits"
  public static let condition = "the loss takes scores, and the outputs of every row sum to 1"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard facts.lossTakesLogits, let outputs = facts.latest?.outputs, outputs.sumsToOne else {
      return nil
    }
    return Finding(
      Self.name, value: outputs.highest,
      "the outputs of every row lie between 0 and \(plain(outputs.highest)) and sum to 1, but "
        + "\(facts.loss) applies softmax again, which flattens them",
      try: "a last layer without softmax, or the loss categorical_cross_entropy")
  }
}
