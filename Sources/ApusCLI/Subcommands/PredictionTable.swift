internal import Apus

/// Predictions as CSV with a header, or as JSON.
struct PredictionTable {
  private let predictions: Predictions
  /// Of every row; nil when they were not asked for.
  private let probabilities: [[Double]]?

  init(_ predictions: Predictions, withProbabilities: Bool) throws {
    self.predictions = predictions
    probabilities =
      withProbabilities
      ? try (0..<predictions.count).map { try predictions.probabilities(ofRow: $0) } : nil
  }

  var csv: String {
    let names = predictions.task.names
    var header = predictions.task.isClassification ? ["prediction"] : names
    if probabilities != nil { header += names.map { "p(\($0))" } }
    var text = line(header)
    for row in 0..<predictions.count {
      let shares = probabilities?[row].map { "\(Float($0))" } ?? []
      text += line(predictions.text(ofRow: row) + shares)
    }
    return text
  }

  func json(of dataset: Dataset) throws -> JSON {
    let task = predictions.task
    let values = (0..<predictions.count).map { row -> JSON in
      switch task {
      case .classification(let classes): .string(classes[predictions.classIndex(ofRow: row)])
      case .multilabel: JSON(predictions.text(ofRow: row).map { $0 == "1" ? 1 : 0 })
      case .regression(let outputs):
        outputs.count == 1
          ? JSON(Array(predictions.values(ofRow: row))).elements?.first ?? .null
          : JSON(Array(predictions.values(ofRow: row)))
      }
    }
    var members: [JSON.Member] = [
      .init("dataset", .string(dataset.name)), .init("rows", .integer(predictions.count)),
      .init("task", .string(task.kind)), .init("names", JSON(task.names)),
      .init("predictions", .array(values)),
    ]
    if let probabilities {
      members.append(.init("probabilities", .array(probabilities.map { JSON($0) })))
    }
    return .object(members)
  }

  private func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
  }

  /// RFC 4180: quotes around a field with a comma, a quote or an end of line.
  private func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
