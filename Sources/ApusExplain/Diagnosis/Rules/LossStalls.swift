public import ApusTraining

/// The loss does not fall any more, and is still high.
public struct LossStalls: HealthRule {
  public static let name = "loss_stalls"
  public static let condition =
    "the network is no better than an answer that ignores the input, or stands on a plateau: "
    + "less than 0.1 % gained in the last third of the epochs while the loss is above half of "
    + "what it was before training"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    noBetterThanConstant(facts) ?? plateau(facts)
  }

  private func noBetterThanConstant(_ facts: HealthFacts) -> Finding? {
    guard let constant = facts.targets.lossOfConstant, constant > 0, let course = facts.lossCourse,
      facts.epochs.count >= 3, course.after > 0.98 * constant
    else { return nil }
    return Finding(
      Self.name, value: course.after,
      "after \(facts.epochs.count) epochs the loss is \(plain(course.after)); always giving the "
        + "same answer, without a look at the input, would have \(plain(constant))",
      try: "another learning rate, inputs on one scale, more units, or other features")
  }

  private func plateau(_ facts: HealthFacts) -> Finding? {
    let losses = facts.epochs.map(\.train.loss)
    guard losses.count >= 6, let course = facts.lossCourse, course.after > 0.5 * course.before
    else { return nil }
    let early = losses.prefix(losses.count - losses.count / 3).min() ?? .nan
    let late = losses.suffix(losses.count / 3).min() ?? .nan
    guard late > 0.999 * early else { return nil }
    return Finding(
      Self.name, value: late,
      "the training loss has not fallen in the last \(losses.count / 3) epochs and is still "
        + "\(plain(late)), of \(plain(course.before)) before training",
      try: "another seed or learning rate, an optimizer with momentum (--optimizer adam), or more "
        + "units")
  }
}
