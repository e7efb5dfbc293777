public import ApusData
import ApusFormats
import ApusGraph
public import ApusLayers

/// Reading further data as the data was read that the network was trained on.
extension Network {
  /// The data that a text names: a data set's name, a folder of images or arrays, or a table.
  ///
  /// A table is encoded by the remembered schema: its columns may stand in any order, and unknown
  /// ones are passed over. A generated set is drawn with the network's seed, so it is the one that
  /// the network was trained on.
  ///
  /// - Parameters:
  ///   - folder: of a named set that is read from files.
  ///   - targets: whether the columns to predict must be there.
  public func load(
    _ text: String, folder: String? = nil, targets: TargetUse = .ifPresent
  ) throws -> LoadedData {
    let isTable = !Datasets.names.contains(text.lowercased()) && File.kind(text).isFile
    if isTable {
      return LoadedData(dataset: try encode(try Table(contentsOf: text), targets: targets))
    }
    let data = try Datasets.load(text, options: DatasetOptions(seed: seed, folder: folder))
    try check(data.dataset, targets)
    return data
  }

  /// The rows of a table, encoded by the remembered schema. Without one, as behind images, the
  /// columns are the features in order, and one more column is the target.
  public func encode(_ table: Table, targets: TargetUse = .ifPresent) throws -> Dataset {
    try table.dataset(
      encodedBy: try schema ?? plainSchema(of: table),
      missing: try preprocessing.fill.isEmpty ? .error : .mean, targets: targets)
  }

  private func plainSchema(of table: Table) throws -> TableSchema {
    let width = inputs.first?.shape.reduce(1, *) ?? 0
    let names = table.columns
    guard names.count == width || names.count == width + 1 else {
      throw TrainingError(
        "\(table.source): the network takes \(width) features, the table has \(names.count) "
          + "column\(names.count == 1 ? "" : "s")", kind: .badData)
    }
    let columns = names.prefix(width).map { TableSchema.Column($0) }
    let target = names.count > width ? names[width] : "target"
    return TableSchema(columns: columns, targets: [target], task: try outputTask)
  }

  /// The remembered task, or plain numbers.
  var outputTask: LearningTask {
    get throws {
      if let task = try task { return task }
      let width = try build(.inference).outputs.first?.shape.dimensions.last?.constant ?? 1
      return .regression(outputs: (1...max(width, 1)).map { "output_\($0)" })
    }
  }

  /// Numbers that were encoded in another way would be measured as if they were right.
  private func check(_ dataset: Dataset, _ targets: TargetUse) throws {
    if let own = try schema, let other = dataset.schema, own.columns != other.columns {
      throw TrainingError(
        "the network was trained on the columns \(listed(own.featureNames)), the data set "
          + "'\(dataset.name)' has \(listed(dataset.featureNames))", kind: .badData)
    }
    if let own = try task, own != dataset.task, case .required = targets {
      throw TrainingError(
        "the network predicts \(own.kind) of \(listed(own.names)), the data set "
          + "'\(dataset.name)' has \(dataset.task.kind) of \(listed(dataset.task.names))",
        kind: .badData)
    }
  }
}

extension File.Kind? {
  fileprivate var isFile: Bool {
    switch self {
    case .file, .other: true
    case .folder, nil: false
    }
  }
}

/// At most eight of the names, for messages.
private func listed(_ names: [String]) -> String {
  let shown = names.prefix(8).map { printable($0, limit: 40) }.joined(separator: ", ")
  return names.count > 8 ? shown + ", … (\(names.count))" : shown
}
