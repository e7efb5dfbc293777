internal import Apus

/// What one command line of `apus train` asks for, checked and looked up.
struct TrainRequest: Sendable {
  var data: String
  var tableOptions = TableOptions()
  var datasetOptions = DatasetOptions()
  var experiment = Experiment()
  var output: String?
  var runDirectory: String?
  var resume: String?
  var overwrites = false
  /// The first option given that only a table can follow.
  var tableOption: String?
  var printsJSON = false
  var isQuiet = false
  var watchesHealth = true
  /// Epochs from one snapshot of the network to the next; nil for none.
  var snapshotInterval: Int?
  /// Whether the curves are drawn while training runs.
  var plots = false
  /// Why something else runs than was asked for.
  var note: String?

  func load() throws -> LoadedData {
    let isTable = !Datasets.names.contains(data.lowercased()) && File.kind(data) != .folder
    if let option = tableOption, !isTable {
      throw UsageError.conflict("\(option) is for tables (CSV); \"\(data)\" is none")
    }
    var options = datasetOptions
    options.threads = experiment.threads
    return try Datasets.load(data, table: tableOptions, options: options)
  }

  /// The folder of a run that goes on, the one that was asked for, or a new one.
  func openFolder(for dataset: Dataset) throws -> RunFolder {
    if let path = resume ?? runDirectory {
      let folder = try RunFolder(path)
      if resume == nil, !overwrites, File.kind(folder.configurationPath) != nil {
        throw FileError.exists(folder.configurationPath)
      }
      return folder
    }
    return try RunFolder(name: dataset.name)
  }

  /// What can be seen of the model's place before training.
  func checkOutput() throws {
    guard let output else { return }
    switch File.kind(output) {
    case .folder?: throw FileError(.write, output, "it is a folder", hint: "Name a file in it.")
    case .file?, .other?: if !overwrites { throw FileError.exists(output) }
    case nil:
      guard let folder = File.splitPath(output).folder, File.kind(folder) != .folder else { return }
      throw FileError(.write, output, "there is no folder \"\(printable(folder))\"")
    }
  }

  /// The command that goes on with a stopped run: the same words with `--resume`.
  func resumeCommand(_ folder: String) -> String {
    var words = CommandLine.arguments.dropFirst().map(shellQuoted)
    if let index = words.firstIndex(of: "--resume") {
      words.removeSubrange(index..<min(index + 2, words.count))
    }
    words.removeAll { $0.hasPrefix("--resume=") }
    if output != nil, !overwrites { words.append("--force") }
    return (["apus"] + words + ["--resume", shellQuoted(folder)]).joined(separator: " ")
  }

  /// What ran, with every default filled in, and on what.
  func configuration(of data: LoadedData) -> JSON {
    let loss = experiment.loss(for: data.dataset.task)
    return [
      "apus": .string(Version.text),
      "date": .string(UTCDate.now.description),
      "command": JSON(Array(CommandLine.arguments.dropFirst())),
      "dataset": .string(data.dataset.name),
      "data_fingerprint": .string(data.dataset.fingerprint),
      "rows": .integer(data.dataset.count),
      "loss": .string(loss.name), "loss_reduction": .string(loss.summary),
      "optimizer": .string(experiment.optimizer.name),
      "learning_rate": .number(experiment.optimizer.learningRate),
      "schedule": experiment.schedule.map { .string($0.description) } ?? .null,
      "batch_size": experiment.batchSize.map { .integer($0) } ?? "full",
      "epochs": .integer(experiment.epochs),
      "hidden": JSON(experiment.hidden),
      "activation": .string(experiment.activation.name),
      "output_activation": .string(experiment.outputActivation.name),
      "dropout": .number(experiment.dropout),
      "validation_split": .number(experiment.validationShare),
      "test_split": .number(experiment.testShare),
      "standardize": .string(experiment.standardization.rawValue),
      "shuffle": .bool(experiment.shuffles), "seed": .string(String(experiment.seed)),
      "threads": .integer(experiment.threads), "engine": .string(experiment.engine.name),
      "precision": .string(
        experiment.products == .bfloat16 ? "bf16" : experiment.precision.rawValue),
    ]
  }
}

extension TrainOptions {
  /// Reads the values. Throws when two of them contradict each other or a file cannot be read.
  func request(_ parsed: ParsedArguments) throws -> TrainRequest {
    var request = TrainRequest(data: try parsed.value(of: data))
    request.tableOptions = TableOptions(
      targets: parsed[target] ?? [],
      task: TableOptions.TaskChoice(rawValue: parsed[task]) ?? .automatic,
      missing: MissingPolicy(rawValue: parsed[missing]) ?? .error)
    request.datasetOptions = DatasetOptions(seed: parsed[seed], folder: parsed[dataFolder])
    request.output = parsed[output]
    request.runDirectory = parsed[runDirectory]
    request.resume = parsed[resume]
    request.overwrites = parsed[force]
    request.printsJSON = parsed[json]
    request.isQuiet = parsed[quiet]
    request.snapshotInterval = parsed[snapshots]
    request.watchesHealth = !parsed[noHealth]
    request.plots = parsed[plot]
    request.tableOption =
      ([target, task, missing] as [any Argument])
      .first { parsed.isGiven($0) }?.declaration.title
    request.experiment = try experiment(parsed, &request)
    return request
  }

  private func experiment(
    _ parsed: ParsedArguments, _ request: inout TrainRequest
  ) throws -> Experiment {
    var experiment = Experiment()
    if let path = parsed[model] {
      try parsed.refuse(
        [hidden, activation, outputActivation, dropout, initializer],
        beside: "--model, which describes the layers")
      experiment.model = try ModelJSON.model(try JSON(parsing: try File.read(path)))
    }
    experiment.hidden = parsed[hidden].sizes
    experiment.activation = try .named(parsed[activation])
    experiment.outputActivation = try .named(parsed[outputActivation])
    experiment.dropout = parsed[dropout]
    experiment.initializer = try InitializerList.named(parsed[initializer])
    experiment.loss = try parsed[loss].map { try LossList.named($0) }
    experiment.optimizer = try Optimizers.named(
      parsed[optimizer], learningRate: parsed[learningRate], momentum: parsed[momentum],
      weightDecay: parsed[weightDecay])
    experiment.penalties = penalties(parsed)
    experiment.schedule = try parsed[schedule].map { try ScheduleSpec(parsing: $0) }
    experiment.clipNorm = parsed[clipNorm]
    experiment.batchSize = parsed[batchSize].rows
    experiment.epochs = parsed[epochs]
    experiment.steps = parsed[steps]
    experiment.earlyStopping = parsed[earlyStopping]
    experiment.validationShare = parsed[validationSplit]
    experiment.testShare = parsed[testSplit]
    experiment.standardization = Experiment.Standardization(rawValue: parsed[standardize]) ?? .auto
    experiment.shuffles = !parsed[noShuffle]
    experiment.seed = parsed[seed]
    experiment.threads = parsed[threads] ?? Machine.availableThreads
    experiment.engine = try DefaultEngine.named(parsed[engine])
    experiment.precision = DType(rawValue: parsed[precision]) ?? .float32
    if parsed[precision] == "bf16" {
      request.note = experiment.engine.refusal(of: .bfloat16).map { "\($0); this is float32" }
      experiment.products = request.note == nil ? .bfloat16 : .float32
    }
    experiment.initialWeights = parsed[initialWeights]
    return experiment
  }

  private func penalties(_ parsed: ParsedArguments) -> [Penalty] {
    (parsed[l1] > 0 ? [Penalty.l1(parsed[l1])] : []) + (parsed[l2] > 0 ? [.l2(parsed[l2])] : [])
  }
}

/// A word as a shell reads it back.
func shellQuoted(_ word: String) -> String {
  let isPlain =
    !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "_-./,=:+%".contains($0) }
  return isPlain
    ? word
    : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
}
