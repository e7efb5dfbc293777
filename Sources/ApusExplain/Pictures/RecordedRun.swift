internal import ApusDrawing
public import ApusFormats
internal import ApusGraph
public import ApusTraining

extension TrainingCurves {
  /// The course that `apus train` recorded in a folder: `metrics.jsonl`, `config.json` and, where
  /// there is one, `batches.csv`.
  ///
  /// - Throws: when the folder holds no run or a file of it is damaged.
  public init(run path: String) throws {
    guard File.kind(path) == .folder else {
      throw PictureError(
        "\"\(printable(path))\" is no folder; name the run folder that apus train made "
          + "(runs/NAME-n)")
    }
    let folder = try RunFolder(path)
    guard File.kind(folder.jsonLinesPath) == .file else {
      throw PictureError(
        "\"\(printable(path))\" holds no run: there is no metrics.jsonl", kind: .badData)
    }
    let records = try Self.records(in: folder.jsonLinesPath)
    guard !records.isEmpty else {
      throw PictureError(
        "the run in \"\(printable(path))\" finished no epoch, so there is nothing to draw",
        kind: .badData)
    }
    let settings = try? JSON(parsing: try File.read(folder.configurationPath))
    self.init(records, try BatchLosses.read(folder.batchesPath), settings)
  }

  /// The course of a training that runs or has just ended.
  ///
  /// - Parameter settings: what `apus train` writes as `config.json`.
  public init(_ history: History, batches: BatchLosses, settings: JSON) {
    self.init(history.epochs, batches.entries, settings)
  }

  private init(_ records: [EpochRecord], _ batches: [BatchLosses.Entry], _ settings: JSON?) {
    self.init(
      records, batches: batches.map { Point($0.epoch, $0.loss) },
      subtitle: RunWords.subtitle(of: settings),
      lossSummary: settings?["loss_reduction"]?.stringValue ?? "one it was trained with")
    self.settings = settings
  }

  private static func records(in path: String) throws -> [EpochRecord] {
    let text = String(decoding: try File.read(path), as: UTF8.self)
    return try text.split(separator: "\n").enumerated().map { index, line in
      guard let json = try? JSON(parsing: String(line)), let record = EpochRecord(json: json)
      else {
        throw PictureError(
          "\(printable(path)), line \(index + 1): expected the record of an epoch, found "
            + "\"\(printable(String(line), limit: 60))\"", kind: .badData)
      }
      return record
    }
  }
}

/// The line below the title of a run's curves.
enum RunWords {
  /// `digits · hidden 30,30 (relu) · adam, rate 0.001, batch 32 · seed 0`
  static func subtitle(of settings: JSON?) -> String {
    parts(of: settings).joined(separator: " · ")
  }

  /// Data, network, optimizer, seed; empty when nothing is known.
  static func parts(of settings: JSON?) -> [String] {
    guard let settings else { return [] }
    var parts = [settings["dataset"]?.stringValue ?? "unknown data"]
    let hidden = (settings["hidden"]?.intValues ?? []).map(String.init).joined(separator: ",")
    let activation = settings["activation"]?.stringValue ?? ""
    parts.append(hidden.isEmpty ? "no hidden layer" : "hidden \(hidden) (\(activation))")
    let rate = settings["learning_rate"]?.doubleValue.map { ", rate \($0)" } ?? ""
    let batch =
      settings["batch_size"]?.intValue.map { "batch \($0)" }
      ?? settings["batch_size"]?.stringValue.map { "\($0) batch" } ?? ""
    let schedule = settings["schedule"]?.stringValue.map { " (\($0))" } ?? ""
    parts.append("\(settings["optimizer"]?.stringValue ?? "")\(rate)\(schedule), \(batch)")
    parts.append("seed \(settings["seed"]?.stringValue ?? "unknown")")
    return parts
  }
}
