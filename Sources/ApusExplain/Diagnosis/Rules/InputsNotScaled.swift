public import ApusTraining

/// Numbers far from 1 go into the network, or features of very different size: then one step is too
/// large for some weights and too small for others.
public struct InputsNotScaled: HealthRule {
  public static let name = "inputs_not_scaled"
  public static let condition =
    "a feature reaches 100, or the deviations of two features differ 100-fold and one is above 3"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    let inputs = facts.inputs
    if inputs.largest.value >= 100 {
      return Finding(
        Self.name, at: inputs.largest.name, value: inputs.largest.value,
        "the feature \(inputs.largest.name) reaches \(plain(inputs.largest.value)) where the "
          + "network sees it; weights start for numbers of size 1", try: Self.advice)
    }
    guard let widest = inputs.widest, let narrowest = inputs.narrowest, widest.value > 3,
      widest.value >= 100 * narrowest.value
    else { return nil }
    let ratio = widest.value / narrowest.value
    return Finding(
      Self.name, at: widest.name, value: ratio,
      "the feature \(widest.name) varies \(plain(ratio)) times as much as \(narrowest.name) "
        + "(standard deviations \(plain(widest.value)) and \(plain(narrowest.value)))",
      try: Self.advice)
  }

  private static let advice = "--standardize on, which gives every feature mean 0 and deviation 1"
}
