public import ApusTraining

/// The gradient fades on its way back, so the first layers hardly learn: each sigmoid multiplies it
/// by at most ¼ (Hochreiter 1991; Bengio, Simard and Frasconi 1994).
public struct VanishingGradients: HealthRule {
  public static let name = "vanishing_gradients"
  public static let condition =
    "the gradient of an early weight is below 1/1000 of that of the last weight"

  static let bound = 1e-3

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard !facts.hasLearned else { return nil }
    let found = facts.observations.compactMap(Self.smallest).min { $0.ratio < $1.ratio }
    guard let found, found.ratio < Self.bound else { return nil }
    let size = found.ratio == 0 ? "0 and not" : "\(times(1 / found.ratio)) times smaller than"
    return Finding(
      Self.name, at: found.early, value: found.ratio,
      "the gradient of \(found.early) is \(size) that of \(found.last), so the first layers hardly "
        + "learn",
      try: "relu with --initializer he_uniform, fewer layers, or residual layers")
  }

  /// The weight with the smallest gradient against the last one.
  private static func smallest(
    in look: HealthObservation
  ) -> (early: String, last: String, ratio: Double)? {
    let weights = look.parameters.filter { $0.isWeight && $0.gradient.isFinite }
    // Where every ReLU of a layer is dead, that is the cause and another rule's finding.
    let isCutOff = look.activations.contains { $0.units > 0 && $0.dead == $0.units }
    guard weights.count >= 3, let last = weights.last, last.gradient > 0, !isCutOff,
      let early = weights.dropLast().min(by: { $0.gradient < $1.gradient })
    else { return nil }
    return (early.path, last.path, early.gradient / last.gradient)
  }
}
