public import ApusTraining

/// The gradient grows on its way back or from epoch to epoch, until a step throws the weights away
/// (Pascanu, Mikolov and Bengio 2013).
public struct ExplodingGradients: HealthRule {
  public static let name = "exploding_gradients"
  public static let condition =
    "an early weight has 1000 times the gradient of the last one, or gradients grow 1000-fold"

  static let bound = 1e3

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? { acrossLayers(facts) ?? overTime(facts) }

  private func acrossLayers(_ facts: HealthFacts) -> Finding? {
    let found = facts.observations.compactMap { look -> (String, String, Double)? in
      let weights = look.parameters.filter { $0.isWeight && $0.gradient.isFinite }
      guard weights.count >= 2, let last = weights.last, last.gradient > 0,
        let largest = weights.dropLast().max(by: { $0.gradient < $1.gradient })
      else { return nil }
      return (largest.path, last.path, largest.gradient / last.gradient)
    }.max { $0.2 < $1.2 }
    guard let (path, last, ratio) = found, ratio > Self.bound else { return nil }
    return Finding(
      Self.name, at: path, value: ratio,
      "the gradient of \(path) is \(plain(ratio)) times that of \(last)", try: Self.advice)
  }

  private func overTime(_ facts: HealthFacts) -> Finding? {
    guard let first = facts.observations.first else { return nil }
    var worst: (path: String, ratio: Double)?
    for look in facts.observations.dropFirst() {
      for (now, before) in zip(look.parameters, first.parameters)
      where now.isWeight && now.path == before.path && before.gradient > 0 {
        let ratio = now.gradient.isFinite ? now.gradient / before.gradient : .infinity
        if ratio > worst?.ratio ?? Self.bound { worst = (now.path, ratio) }
      }
    }
    return worst.map { worst in
      Finding(
        Self.name, at: worst.path, value: worst.ratio,
        "the gradient of \(worst.path) grew to \(plain(worst.ratio)) times what it was before "
          + "training", try: Self.advice)
    }
  }

  private static let advice =
    "--clip-norm 1, a tenth of the learning rate, or smaller first weights (--initializer)"
}
