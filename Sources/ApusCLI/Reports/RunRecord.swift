internal import Apus
internal import ApusTraining

/// What `apus train` wrote into the folder of a run about how it was made and what came out.
struct RunRecord {
  let folder: RunFolder
  /// `config.json`
  let settings: JSON
  /// `result.json`; nil for a run that has not ended or broke off.
  let result: JSON?

  /// - Throws: when there is no run in the folder, or a file of it is damaged.
  init(_ path: String) throws {
    let hint = "Name the folder of a run of apus train, such as runs/digits-1."
    guard File.kind(path) == .folder else {
      let reason = File.kind(path) == nil ? "there is no such folder" : "it is no folder"
      throw FileError(.open, path, reason, hint: hint)
    }
    folder = RunFolder(existing: path)
    guard File.kind(folder.configurationPath) == .file else {
      throw FileError(
        .open, path, "it holds no run: there is no config.json", hint: hint)
    }
    settings = try JSON(parsing: try File.read(folder.configurationPath))
    result =
      File.kind(folder.resultPath) == .file
      ? try JSON(parsing: try File.read(folder.resultPath)) : nil
  }

  /// The words behind `apus`; empty where the run does not say them.
  private var words: [String] { settings["command"]?.stringValues ?? [] }

  /// The command that made the run, for a shell.
  var command: String? {
    words.isEmpty ? nil : (["apus"] + words.map(shellQuoted)).joined(separator: " ")
  }

  /// Whether the command names a place that is taken now.
  var commandNeedsNewPlace: Bool {
    !words.contains("--force")
      && ["--run-dir", "--output"].contains { option in
        words.contains { $0 == option || $0.hasPrefix(option + "=") }
      }
  }

  /// The data as the command names them, else the set's name.
  var data: (text: String, folder: String?)? {
    let options = TrainOptions()
    if words.first == "train",
      let parsed = try? ArgumentParser.parse(Array(words.dropFirst()), for: options.arguments),
      let text = try? parsed.value(of: options.data)
    {
      return (text, parsed[options.dataFolder])
    }
    return settings["dataset"]?.stringValue.map { ($0, nil) }
  }

  /// In the folder, or where the run put it.
  var modelPath: String {
    guard File.kind(folder.modelPath) != .file else { return folder.modelPath }
    return result?["model"]?.stringValue ?? folder.modelPath
  }

  /// - Throws: also when the file is now that of another training.
  func network() throws -> Network {
    let network = try Network(contentsOf: modelPath)
    if let split = try network.split, let fingerprint = settings["data_fingerprint"]?.stringValue,
      split.fingerprint != fingerprint
    {
      throw UsageError.conflict(
        "\(printable(modelPath)) is a model of other data than the run's: it was overwritten")
    }
    return network
  }
}
