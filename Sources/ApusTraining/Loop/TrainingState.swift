package import ApusFormats
public import ApusGraph
import ApusLayers

/// Everything that training needs to go on as one value: numbers of the network and of the
/// optimizer, where in which epoch, and the course so far. The order of rows and all randomness
/// follow from the seed and these counts.
public struct TrainingState: Sendable {
  /// Parameters, states and the optimizer's slots by path.
  public var variables: [(path: String, value: TensorData)]
  /// Batches seen.
  public var step: Int
  /// The epoch that runs, counted from 1.
  public var epoch: Int
  /// Rows of that epoch that are done; the next batch starts there.
  public var rowsInEpoch: Int
  public var seed: UInt64
  /// What callbacks have multiplied the learning rate by.
  public var rateFactor: Double
  public var history: History

  init(
    variables: [(path: String, value: TensorData)], step: Int, epoch: Int, rowsInEpoch: Int,
    seed: UInt64, rateFactor: Double, history: History
  ) {
    self.variables = variables
    self.step = step
    self.epoch = epoch
    self.rowsInEpoch = rowsInEpoch
    self.seed = seed
    self.rateFactor = rateFactor
    self.history = history
  }

  /// Writes the state as safetensors.
  public func save(to path: String, overwriting: Bool = false) throws {
    var file = Safetensors()
    file.tensors = variables.map { ($0.path, $0.value) }
    file.metadata = [
      ("format", "apus-training-state"), ("version", "1"),
      ("step", String(step)), ("epoch", String(epoch)), ("rows_in_epoch", String(rowsInEpoch)),
      ("seed", String(seed)), ("rate_factor", "\(rateFactor)"),
      ("history", JSON.array(history.epochs.map(\.json)).text()),
    ]
    try file.write(to: path, overwriting: overwriting)
  }

  /// Reads a state. Throws ``ModelFileError`` or the reader's own error.
  public init(contentsOf path: String) throws {
    let file = try Safetensors(contentsOf: path)
    guard file.text("format") == "apus-training-state", file.text("version") == "1" else {
      throw ModelFileError(path, "it holds no training state")
    }
    func number<T: LosslessStringConvertible>(_ key: String, _: T.Type) throws -> T {
      guard let value = file.text(key).flatMap({ T($0) }) else {
        throw ModelFileError(path, "'\(key)' is missing or no number")
      }
      return value
    }
    variables = file.tensors.map { ($0.name, $0.data) }
    step = try number("step", Int.self)
    epoch = try number("epoch", Int.self)
    rowsInEpoch = try number("rows_in_epoch", Int.self)
    seed = try number("seed", UInt64.self)
    rateFactor = try number("rate_factor", Double.self)
    guard step >= 0, epoch >= 1, rowsInEpoch >= 0, rateFactor > 0 else {
      throw ModelFileError(path, "its counts are out of range")
    }
    history = History()
    let records = try JSON(parsing: file.text("history") ?? "[]").elements ?? []
    history.epochs = records.compactMap(EpochRecord.init(json:))
  }
}

extension EpochRecord {
  /// Reads what ``json`` writes.
  package init?(json: JSON) {
    guard let epoch = json["epoch"]?.intValue, let step = json["step"]?.intValue,
      let train = json["train"].map(Scores.init(json:))
    else { return nil }
    self.init(
      epoch: epoch, step: step, train: train,
      validation: json["validation"].map(Scores.init(json:)),
      learningRate: json["learning_rate"]?.doubleValue ?? .nan,
      seconds: json["seconds"]?.doubleValue ?? .nan,
      samplesPerSecond: json["samples_per_second"]?.doubleValue ?? .nan)
  }
}

extension Scores {
  package init(json: JSON) {
    self.init((json.members ?? []).map { ($0.name, $0.value.doubleValue ?? .nan) })
  }
}
