public import ApusTraining

/// A unit of ReLU that gives 0 for every row has the gradient 0 and cannot come back by itself
/// (Maas, Hannun and Ng 2013).
public struct DeadReLU: HealthRule {
  public static let name = "dead_relu"
  public static let condition = "more than half of a layer's units give 0 for every row looked at"

  static let bound = 0.5

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    let layers = facts.latest?.activations.filter { $0.function == "relu" && $0.units > 0 } ?? []
    func dead(_ layer: ActivationHealth) -> Double { Double(layer.dead) / Double(layer.units) }
    guard let worst = layers.max(by: { dead($0) < dead($1) }), dead(worst) > Self.bound else {
      return nil
    }
    return Finding(
      Self.name, at: worst.layer, value: dead(worst),
      "in \(worst.layer) \(worst.dead) of \(worst.units) units (\(share(dead(worst)))) give 0 for "
        + "every row looked at, so they get no gradient",
      try: "a smaller learning rate, --initializer he_uniform, or --activation leaky_relu")
  }
}
