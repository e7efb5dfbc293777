internal import ApusData
internal import ApusLayers
internal import ApusTraining

/// Gradients of a network on batches of some rows, which are shuffled once and taken in turn.
final class BatchGradients {
  private let network: Network
  private let loss: any Loss
  private let batches: [Dataset]
  /// Made when their turn comes, because few steps may not need all.
  private var costs: [Int: NetworkCost] = [:]

  /// - Throws: when the size is not below the number of rows.
  init(
    _ network: Network, loss: any Loss, on rows: Dataset, size: Int, seed: UInt64
  ) throws {
    guard size >= 1, size < rows.count else {
      throw PictureError(
        "a batch has 1 to \(max(rows.count - 1, 1)) of the \(rows.count) rows; found \(size)")
    }
    let order = rows.order(shuffledBy: seed)
    batches = stride(from: 0, to: order.count, by: size).map {
      rows.subset(Array(order[$0..<min($0 + size, order.count)]))
    }
    self.network = network
    self.loss = loss
  }

  func gradient(at parameters: ParameterStore, step: Int) throws -> ParameterStore {
    let index = step % batches.count
    let cost = try costs[index] ?? NetworkCost(network, loss: loss, on: batches[index])
    costs[index] = cost
    return try cost.gradient(at: parameters)
  }
}
