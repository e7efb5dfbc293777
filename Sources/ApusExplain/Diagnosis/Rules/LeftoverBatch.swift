public import ApusTraining

/// The last batch of an epoch is small, so each of its rows moves the weights more than others do.
public struct LeftoverBatch: HealthRule {
  public static let name = "leftover_batch"
  public static let condition = "the rows left over for the last batch are at most a quarter of one"

  public init() {}

  public func finding(in facts: HealthFacts) -> Finding? {
    guard let size = facts.training?.batchSize, size > 1, facts.rows > size else { return nil }
    let left = facts.rows % size
    guard left > 0, 4 * left <= size else { return nil }
    return Finding(
      Self.name, .note, value: Double(left),
      "the last batch of every epoch has \(left) row\(left == 1 ? "" : "s") instead of \(size), so "
        + "each of them counts \(plain(Double(size) / Double(left))) times as much",
      try: "a batch size that divides \(facts.rows) rows better\(suggestion(facts.rows, size))")
  }

  /// The nearest size that leaves nothing over.
  private func suggestion(_ rows: Int, _ size: Int) -> String {
    let near = (max(size / 2, 2)...size * 2).filter { rows % $0 == 0 }
    return near.min { abs($0 - size) < abs($1 - size) }.map { ", such as \($0)" } ?? ""
  }
}
