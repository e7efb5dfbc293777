public import ApusFormats

/// Writes one row per epoch as CSV and one object per epoch as JSON lines.
///
/// Both files are written anew, atomically, so that a kill leaves whole files; after a fifth of a
/// second, then at most once in two seconds, because epochs of a small network are shorter than writing
/// a file, and at the end.
public final class MetricsLog: Callback {
  private let csvPath: String?
  private let jsonLinesPath: String?
  private let clock = ContinuousClock()
  private var nextWrite: ContinuousClock.Instant?

  public init(csv: String? = nil, jsonLines: String? = nil) {
    csvPath = csv
    jsonLinesPath = jsonLines
  }

  public func trainingWillStart(_ training: Training) { nextWrite = clock.now + .milliseconds(200) }

  public func epochDidEnd(_ training: Training, _ record: EpochRecord) throws {
    let now = clock.now
    if let nextWrite, now < nextWrite { return }
    nextWrite = now + .seconds(2)
    try write(training.history.epochs)
  }

  public func trainingDidEnd(_ training: Training) throws { try write(training.history.epochs) }

  private func write(_ records: [EpochRecord]) throws {
    if let csvPath {
      try File.write(records.csv.bytes, to: csvPath, overwriting: true, survival: .ofKill)
    }
    if let jsonLinesPath {
      var lines = UTF8Text()
      for record in records {
        lines.append(record.json)
        lines.append("\n")
      }
      try File.write(lines.bytes, to: jsonLinesPath, overwriting: true, survival: .ofKill)
    }
  }
}

extension EpochRecord {
  /// `{"epoch", "step", "train": {…}, "validation": {…}, "learning_rate", "seconds",
  /// "samples_per_second"}`
  public var json: JSON {
    var members: [JSON.Member] = [
      .init("epoch", .integer(epoch)), .init("step", .integer(step)),
      .init("train", train.json),
    ]
    if let validation { members.append(.init("validation", validation.json)) }
    members += [
      .init("learning_rate", .finite(learningRate)), .init("seconds", .finite(seconds)),
      .init("samples_per_second", .finite(samplesPerSecond)),
    ]
    return .object(members)
  }
}

extension Scores {
  /// `{"loss": 0.25, "accuracy": 0.9}`; a number that is not finite becomes null.
  public var json: JSON { .object(entries.map { .init($0.name, .finite($0.value)) }) }
}

extension JSON {
  /// JSON has no NaN and no infinity.
  package static func finite(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
}

extension [EpochRecord] {
  /// A header, then a row per epoch: epoch, step, training scores, validation scores, rate, time.
  var csv: UTF8Text {
    var text = UTF8Text()
    guard let first else { return text }
    var columns = ["epoch", "step"] + first.train.names.map { "train_\($0)" }
    if let validation = first.validation {
      columns += validation.names.map { "validation_\($0)" }
    }
    columns += ["learning_rate", "seconds", "samples_per_second"]
    text.append(columns.joined(separator: ",") + "\n")
    for record in self {
      text.append(record.epoch)
      text.append(",")
      text.append(record.step)
      text.append(cellsOf: record.train)
      if let validation = record.validation { text.append(cellsOf: validation) }
      text.append(cell: record.learningRate)
      text.append(cell: record.seconds)
      text.append(cell: record.samplesPerSecond)
      text.append("\n")
    }
    return text
  }
}

extension UTF8Text {
  fileprivate mutating func append(cellsOf scores: Scores) {
    for entry in scores.entries { append(cell: entry.value) }
  }

  fileprivate mutating func append(cell number: Double) {
    append(",")
    append(number)
  }
}
