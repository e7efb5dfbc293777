internal import ApusGraph

/// The parts of a data set; empty parts are nil.
public struct DatasetSplit: Sendable {
  public var train: Dataset
  public var validation: Dataset?
  public var test: Dataset?
}

extension Dataset {
  /// Holds out a share of the rows for the test, drawn per class (stratified) when the task is
  /// classification. The same seed gives the same parts; rows keep their order.
  public func split(
    test fraction: Double, seed: UInt64 = 0
  ) throws(DataError) -> (train: Dataset, test: Dataset) {
    let parts = try split(validation: 0, test: fraction, seed: seed)
    guard let test = parts.test else {
      throw failure(
        "a test share of \(fraction) leaves no test rows; expected 0 < share < 1", kind: .usage)
    }
    return (parts.train, test)
  }

  /// Cuts into training, validation and test rows by shares of the whole.
  public func split(
    validation: Double, test: Double, seed: UInt64 = 0
  ) throws(DataError) -> DatasetSplit {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw failure(
        "the validation share \(validation) and the test share \(test) are not negative and "
          + "leave rows for training", kind: .usage)
    }
    let sizes = [validation, test].map { $0 == 0 ? 0 : max(1, Int(($0 * Double(count)).rounded())) }
    guard sizes[0] + sizes[1] < count else {
      throw failure("\(count) rows are too few to hold out \(sizes[0] + sizes[1])", kind: .usage)
    }
    // Rows keep their order, so there is nothing to draw.
    if sizes == [0, 0] { return DatasetSplit(train: self, validation: nil, test: nil) }
    let parts = stratified(sizes: [sizes[1], sizes[0]], seed: seed)
    return DatasetSplit(
      train: subset(parts[2]), validation: sizes[0] == 0 ? nil : subset(parts[1]),
      test: sizes[1] == 0 ? nil : subset(parts[0]))
  }

  /// `k` pairs of training and validation rows: every row is in exactly one validation part.
  public func folds(
    _ k: Int, seed: UInt64 = 0
  ) throws(DataError) -> [(train: Dataset, validation: Dataset)] {
    guard k >= 2, k <= count else {
      throw failure("\(k) folds of \(count) rows: expected 2 ≤ folds ≤ rows", kind: .usage)
    }
    let sizes = (0..<k - 1).map { (count * ($0 + 1)) / k - (count * $0) / k }
    let parts = stratified(sizes: sizes, seed: seed)
    return parts.indices.map { fold in
      let rest = parts.indices.filter { $0 != fold }.flatMap { parts[$0] }.sorted()
      return (subset(rest), subset(parts[fold]))
    }
  }

  /// Parts of these sizes and the rest, each with its share of every class, in ascending order.
  private func stratified(sizes: [Int], seed: UInt64) -> [[Int32]] {
    var groups = groupsByClass()
    for index in groups.indices {
      var random = RandomStream(seed: seed, purpose: .split, step: index)
      random.shuffle(&groups[index])
    }
    var parts: [[Int32]] = []
    for size in sizes {
      let quotas = shares(of: size, by: groups.map(\.count))
      var part: [Int32] = []
      for (index, quota) in quotas.enumerated() {
        part += groups[index].suffix(quota)
        groups[index].removeLast(quota)
      }
      parts.append(part.sorted())
    }
    return parts + [groups.flatMap { $0 }.sorted()]
  }

  private func groupsByClass() -> [[Int32]] {
    guard isLabeled, let indices = classIndices else { return [(0..<Int32(count)).map { $0 }] }
    var groups = [[Int32]](repeating: [], count: task.names.count)
    for (position, index) in indices.enumerated() { groups[Int(index)].append(Int32(position)) }
    return groups
  }
}

/// Whole numbers in proportion to `weights` that sum to `total` (largest remainders, the first of
/// equal ones).
private func shares(of total: Int, by weights: [Int]) -> [Int] {
  let sum = weights.reduce(0, +)
  guard sum > 0 else { return weights }
  var result = weights.map { $0 * total / sum }
  let byRemainder = weights.indices.sorted { a, b in
    let (left, right) = (weights[a] * total % sum, weights[b] * total % sum)
    return left != right ? left > right : a < b
  }
  for index in byRemainder.prefix(total - result.reduce(0, +)) { result[index] += 1 }
  return result
}
