public import ApusData
public import ApusGraph
public import ApusLayers

extension Network {
  /// One row of a data set as network and loss take it, prepared as the network remembers.
  ///
  /// - Parameter position: counted from 0; traps outside the rows.
  /// - Returns: the input [1, …] in Float64; the target as the loss has it, a class number [1] or
  ///   numbers [1, outputs].
  /// - Throws: when loss, network and data do not fit together.
  public func example(
    at position: Int, of dataset: Dataset, loss: any Loss
  ) throws -> (input: TensorData, target: TensorData) {
    try examples(at: [position], of: dataset, loss: loss)
  }

  /// Rows of a data set as one batch, in the order given; otherwise as ``example(at:of:loss:)``.
  ///
  /// - Parameter positions: counted from 0; traps outside the rows, and without any.
  /// - Returns: the input [N, …] and the target [N] or [N, outputs].
  public func examples(
    at positions: [Int], of dataset: Dataset, loss: any Loss
  ) throws -> (input: TensorData, target: TensorData) {
    precondition(!positions.isEmpty, "examples: no rows")
    for position in positions {
      precondition((0..<dataset.count).contains(position), "examples: no row at \(position)")
    }
    let rows = dataset.subset(positions.map { Int32($0) })
    let gatherer = try Measure(loss: loss, metrics: []).gatherer(for: rows, self, .float64)
    let batch = gatherer.batch(rows.order(shuffledBy: nil))
    return (
      batch.features.reshaped(to: [positions.count] + (inputs.first?.shape ?? [])), batch.targets
    )
  }
}
