public import ApusData
import ApusFormats
public import ApusLayers

/// What a network remembers of the data that it was made for, in its model file.
extension Network {
  /// How features are prepared; identity when nothing is remembered.
  public var preprocessing: Preprocessing {
    get throws {
      guard let text = notes["preprocessing"] else { return .identity }
      return try Preprocessing(json: try JSON(parsing: text))
    }
  }

  /// As the network remembers, else the natural unit of a data set.
  func preprocessing(for dataset: Dataset) throws -> Preprocessing {
    notes["preprocessing"] == nil ? Preprocessing(scale: dataset.scale) : try preprocessing
  }

  /// What the network predicts, with the names of classes or outputs; nil when nothing is
  /// remembered.
  public var task: LearningTask? {
    get throws {
      guard let text = notes["task"] else { return nil }
      return try LearningTask(json: try JSON(parsing: text))
    }
  }

  /// How to read further tables like the one that the network was trained on.
  public var schema: TableSchema? {
    get throws {
      guard let text = notes["schema"] else { return nil }
      return try TableSchema(json: try JSON(parsing: text))
    }
  }

  /// Remembers a data set's task and schema, the preprocessing and the loss.
  public mutating func remember(
    _ dataset: Dataset, _ preprocessing: Preprocessing, loss: (any Loss)? = nil
  ) {
    notes["task"] = dataset.task.json.text()
    notes["preprocessing"] = preprocessing.json.text()
    notes["dataset"] = dataset.name
    if let schema = dataset.schema { notes["schema"] = schema.json.text() }
    if let loss { notes["loss"] = loss.name }
  }
}
