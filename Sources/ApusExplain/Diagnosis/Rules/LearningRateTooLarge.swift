import ApusGraph
public import ApusTraining

/// Steps go further than the slope is good for: the loss jumps up in the first steps, or goes up and
/// down from epoch to epoch.
public struct LearningRateTooLarge: HealthRule {
  public static let name = "learning_rate_too_large"
  public static let condition =
    "a loss among the first 100 steps is above 5 times the one before training, or the loss rises "
    + "by 10 % or more in a third of the epochs, and the network has not learned"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard let training = facts.training, !facts.hasLearned else { return nil }
    let advice =
      "a learning rate of \(NumberFormat.short(training.learningRate / 10, digits: 3)) (now "
      + "\(NumberFormat.short(training.learningRate, digits: 3)))"
    if let peak = training.highestEarlyLoss, let before = facts.observations.first?.loss,
      before > 0, peak > 5 * before
    {
      return Finding(
        Self.name, value: peak / before,
        "among the first steps the loss went up to \(plain(peak)), from \(plain(before)) before "
          + "training", try: advice)
    }
    let losses = facts.epochs.map(\.train.loss)
    let rises = zip(losses, losses.dropFirst()).count { $1 > 1.1 * $0 }
    guard losses.count >= 4, 3 * rises >= losses.count - 1 else { return nil }
    return Finding(
      Self.name, value: Double(rises) / Double(losses.count - 1),
      "the training loss rose by 10 % or more in \(rises) of \(losses.count - 1) epochs",
      try: advice)
  }
}
