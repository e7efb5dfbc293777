public import ApusData
public import ApusLayers
import ApusTraining

extension Network {
  /// The forward and backward pass of one row of a data set with every number.
  ///
  /// ```swift
  /// let explanation = try network.explanation(ofRow: 7, of: test, loss: .softmaxCrossEntropy)
  /// print(explanation.text())
  /// ```
  ///
  /// - Parameters:
  ///   - row: counted from 1.
  ///   - title: what the header calls the network.
  /// - Throws: when network, loss and data do not fit together, or there is no such row.
  public func explanation(
    ofRow row: Int, of dataset: Dataset, loss: any Loss, notation: Notation = .words,
    title: String = "network", options: ExplanationOptions = ExplanationOptions()
  ) throws -> Explanation {
    try Explainer.explanation(
      of: try Subject(
        self, row: row, of: dataset, loss: loss, notation: notation, title: title),
      options: options)
  }
}

extension Subject {
  /// A network on one row of a data set, from 1.
  package init(
    _ network: Network, row: Int, of dataset: Dataset, loss: any Loss, notation: Notation = .words,
    title: String
  ) throws {
    guard (1...max(dataset.count, 1)).contains(row), dataset.count > 0 else {
      throw SubjectError("\(dataset.name) has \(dataset.count) rows, there is no row \(row)")
    }
    let (input, target) = try network.example(at: row - 1, of: dataset, loss: loss)
    try self.init(
      network, loss: loss, input: input, target: target, notation: notation, title: title)
    header.example = "row \(row) of \(dataset.name)"
  }
}
