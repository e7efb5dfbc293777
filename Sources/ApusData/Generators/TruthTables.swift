internal import ApusGraph

extension Generators {
  /// x1 ∧ x2 for the four pairs of 0 and 1.
  public static func and() throws(DataError) -> Dataset {
    try truthTable("and", "1 where both inputs are 1.") { $0 & $1 }
  }

  /// x1 ∨ x2 for the four pairs of 0 and 1.
  public static func or() throws(DataError) -> Dataset {
    try truthTable("or", "1 where an input is 1.") { $0 | $1 }
  }

  /// x1 ⊕ x2 for the four pairs of 0 and 1: no line separates the classes.
  public static func xor() throws(DataError) -> Dataset {
    try truthTable("xor", "1 where exactly one input is 1.") { $0 ^ $1 }
  }

  private static func truthTable(
    _ name: String, _ summary: String, _ rule: (Int32, Int32) -> Int32
  ) throws(DataError) -> Dataset {
    let rows: [(Int32, Int32)] = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return try Dataset(
      name: name, summary: summary,
      features: TensorData(rows.flatMap { [Float($0.0), Float($0.1)] }, shape: [4, 2]),
      targets: TensorData(rows.map { rule($0.0, $0.1) }),
      task: .classification(classes: ["0", "1"]))
  }

  /// Deck 003: exclusive or with the number 0 or 1 as its target, for the squared error.
  public static func deck003() throws(DataError) -> Dataset {
    try Dataset(
      name: "deck003", summary: "Exclusive or as numbers, as in lecture deck 003.",
      features: TensorData([0, 0, 0, 1, 1, 0, 1, 1] as [Float], shape: [4, 2]),
      targets: TensorData([0, 1, 1, 0] as [Float], shape: [4, 1]),
      task: .regression(outputs: ["y"]))
  }

  /// Deck 004: x = (3, 1) → t = (1, 0) and x = (−1, 4) → t = (0, 1).
  public static func deck004() throws(DataError) -> Dataset {
    try Dataset(
      name: "deck004", summary: "The two rows of the worked example of lecture deck 004.",
      features: TensorData([3, 1, -1, 4] as [Float], shape: [2, 2]),
      targets: TensorData([1, 0, 0, 1] as [Float], shape: [2, 2]),
      task: .regression(outputs: ["y1", "y2"]))
  }
}
