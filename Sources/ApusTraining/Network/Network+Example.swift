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
    precondition((0..<dataset.count).contains(position), "example: no row at \(position)")
    let row = dataset.subset([Int32(position)])
    let gatherer = try Measure(loss: loss, metrics: []).gatherer(for: row, self, .float64)
    let batch = gatherer.batch(row.order(shuffledBy: nil))
    return (batch.features.reshaped(to: [1] + (inputs.first?.shape ?? [])), batch.targets)
  }
}
