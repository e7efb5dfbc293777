internal import ApusData
internal import ApusGraph
internal import ApusLayers
internal import ApusTraining

extension NetworkCost {
  /// The cost of a network on rows of a data set, prepared as the network remembers, in Float64.
  convenience init(_ network: Network, loss: any Loss, on rows: Dataset) throws {
    let preprocessing =
      network.notes["preprocessing"] == nil
      ? Preprocessing(scale: rows.scale) : try network.preprocessing
    let batch = try rows.whole(preprocessing: preprocessing, dtype: .float64)
    let shape = [rows.count] + (network.inputs.first?.shape ?? [])
    guard batch.features.count == shape.reduce(1, *) else {
      throw PictureError(
        "the network takes \(shape.dropFirst().reduce(1, *)) features, \(rows.name) has "
          + "\(rows.featureCount)", kind: .badData)
    }
    try self.init(
      network, loss: loss, inputs: [batch.features.reshaped(to: shape)], targets: batch.targets)
  }
}
