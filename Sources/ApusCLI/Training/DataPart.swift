internal import Apus

/// Which rows of some data a trained network is measured on.
enum DataPart: String, CaseIterable {
  case auto, all, train, validation, test

  /// The rows and what they are.
  func rows(of data: LoadedData, for network: Network) throws -> (Dataset, String) {
    if self == .all { return (data.dataset, "all") }
    let parts = try network.split?.parts(of: data)
    let known: [(DataPart, Dataset?)] = [
      (.test, data.test ?? parts?.test), (.validation, parts?.validation), (.train, parts?.train),
    ]
    if self == .auto {
      return data.test.map { ($0, "test") } ?? parts?.test.map { ($0, "test") }
        ?? (data.dataset, "all")
    }
    guard let rows = known.first(where: { $0.0 == self })?.1 else {
      throw UsageError.conflict(
        "--part \(rawValue): "
          + (parts == nil
            ? "these are not the data that the model was trained on; use --part all"
            : "the training held out no such rows"))
    }
    return (rows, rawValue)
  }
}
