import ApusGraph
public import ApusTraining

/// A number that is NaN or infinite ended the training.
public struct FirstBadNumber: HealthRule {
  public static let name = "first_bad_number"
  public static let condition = "a loss or a parameter became NaN or infinite"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard let text = facts.divergence else { return nil }
    // The error ends with its advice.
    let cut = text.firstRange(of: "; try ")
    let rate =
      facts.training.map { " (\(NumberFormat.short($0.learningRate, digits: 3)) now)" } ?? ""
    return Finding(
      Self.name, value: .nan, String(text[..<(cut?.lowerBound ?? text.endIndex)]),
      try: "a tenth of the learning rate\(rate), --clip-norm 1, or look at that row of the data")
  }
}
