internal import Apus

/// What a run folder says about its training: the command, read again, and the scores it ended with.
struct RecordedTraining {
  let folder: RunFolder
  let request: TrainRequest
  let data: LoadedData
  let parts: ExperimentParts
  /// Of the training and the test rows, as `result.json` has them.
  let trainLoss: Double
  let testLoss: Double?

  /// Throws when the folder holds no finished run, or the data is no longer what it was trained on.
  init(run path: String) throws {
    guard File.kind(path) == .folder else {
      throw UsageError.conflict(
        "\"\(printable(path))\" is no folder; name the run folder that apus train made (runs/NAME-n)"
      )
    }
    folder = RunFolder(existing: path)
    let settings = try Self.json(folder.configurationPath)
    let result = try Self.json(folder.resultPath)
    guard let trainLoss = result["train"]?["loss"]?.doubleValue else {
      throw FileError(.read, folder.resultPath, "it has no loss of the training rows")
    }
    if result["stopped"]?.stringValue == StopReason.interrupted.description {
      throw UsageError.conflict(
        "the run in \"\(printable(path))\" was interrupted; a program would train on to the end")
    }
    (self.trainLoss, testLoss) = (trainLoss, result["test"]?["loss"]?.doubleValue)
    request = try Self.request(in: settings, folder.configurationPath)
    data = try request.load()
    guard data.dataset.fingerprint == settings["data_fingerprint"]?.stringValue else {
      throw DataError(
        "these are not the rows that the run was trained on", source: data.dataset.name,
        hint: "Train again, or call this where the run's own data lies.")
    }
    parts = try request.experiment.parts(of: data)
  }

  private static func json(_ path: String) throws -> JSON {
    guard File.kind(path) == .file else {
      throw FileError(
        .open, path, "there is no such file", hint: "Name the folder of a run that has ended.")
    }
    return try JSON(parsing: try File.read(path))
  }

  /// The words of the command as `apus train` read them.
  private static func request(in settings: JSON, _ path: String) throws -> TrainRequest {
    let words = settings["command"]?.elements?.compactMap(\.stringValue) ?? []
    guard words.first == TrainCommand().name else {
      throw FileError(.read, path, "it does not name the command that made the run")
    }
    let options = TrainOptions()
    let parsed = try ArgumentParser.parse(Array(words.dropFirst()), for: options.arguments)
    return try options.request(parsed)
  }

  /// Throws with the first option of the run that a short program cannot say.
  func checkCanBeWritten(asLoop: Bool) throws {
    let experiment = request.experiment
    let refused: [(option: String, isGiven: Bool)] = [
      ("--model", experiment.model != nil),
      ("--initial-weights", experiment.initialWeights != nil),
      ("--resume", request.resume != nil),
      ("--engine \(experiment.engine.name)", experiment.engine.name != DefaultEngine.engine.name),
      ("--precision float64", experiment.precision != .float32),
      ("--precision bf16", experiment.products != .float32),
    ]
    if let given = refused.first(where: \.isGiven) {
      throw UsageError.conflict(
        "the run was made with \(given.option): a program does not say that")
    }
    guard asLoop else { return }
    let ofFit = [
      ("--early-stopping", experiment.earlyStopping != nil), ("--steps", experiment.steps != nil),
      ("--schedule plateau", try experiment.schedule?.plateau(rate: 1) != nil),
    ]
    if let given = ofFit.first(where: \.1) {
      throw UsageError.conflict(
        "the run was made with \(given.0), which is written with fit alone; leave --loop away")
    }
  }
}
