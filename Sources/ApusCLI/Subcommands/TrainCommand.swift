internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus train`
struct TrainCommand: Subcommand {
  let name = "train"
  let summary = "Train a network on a data set, measure it and save it."
  let examples = [
    Example("train digits", "8×8 handwritten digits, carried by the program"),
    Example("train table.csv --target price", "your own table; the head follows the target"),
    Example(
      "train mnist --data DIR --hidden 512,512 --dropout 0.2 --batch-size 128 --epochs 10",
      "MNIST from a folder of its four IDX files"),
    Example(
      "train xor --hidden 3 --activation tanh --batch-size full --epochs 500 --learning-rate 0.1",
      "full-batch descent on four rows"),
  ]

  private let options = TrainOptions()

  var arguments: [any Argument] { options.arguments }
  var notes: [HelpNote] { TrainOptions.notes }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let shouldStop = Interruption.listen()
    let request = try options.request(parsed)
    try request.checkOutput()
    if let note = request.note { session.messages.print(note) }
    let data = try request.load()
    let secondsLoading = (clock.now - start).inSeconds
    try request.experiment.check(on: data)
    let folder = try request.openFolder(for: data.dataset)
    if !request.isQuiet { introduce(request, data, folder, session.messages) }
    let settings = request.configuration(of: data)
    try folder.write(settings, to: folder.configurationPath)
    let batches = BatchLosses(csv: folder.batchesPath)
    let health = HealthWatch(request, folder, session.messages)
    let snapshots = request.snapshotInterval.map {
      Snapshots(writingTo: folder.snapshotsPath, every: $0)
    }
    let result = try health.reportingDivergence {
      try request.experiment.run(
        on: data,
        from: try request.resume.map { _ in try TrainingState(contentsOf: folder.statePath) },
        callbacks: [
          progress(request, session.messages, batches, settings),
          MetricsLog(csv: folder.csvPath, jsonLines: folder.jsonLinesPath), batches,
          LastUpdate(writingTo: folder.updatePath),
        ] + [snapshots].compactMap { $0 } + health.callbacks, shouldStop: shouldStop)
    }
    try draw(result, batches, settings, in: folder)
    if let snapshots { try drawBoundary(result, snapshots.kept, in: folder) }
    let model = request.output ?? folder.modelPath
    try save(result.network, to: model, request, folder, session.messages)
    let report = TrainReport(
      request: request, result: result, modelPath: model, secondsLoading: secondsLoading,
      secondsTotal: (clock.now - start).inSeconds)
    try folder.write(report.json, to: folder.resultPath)
    if request.printsJSON {
      try session.output.print(report.json.text(indented: true))
    } else {
      try report.print(to: session.output)
    }
    try health.report(result)
    try saveState(of: result, request, folder, session.messages)
  }

  /// Curves on a terminal when they are asked for, else a bar or lines.
  private func progress(
    _ request: TrainRequest, _ messages: Messages, _ batches: BatchLosses, _ settings: JSON
  ) -> any Callback {
    guard request.plots, messages.isTerminal, !request.isQuiet else {
      return ProgressCallback(messages, isQuiet: request.isQuiet)
    }
    return LiveCurves(messages, batches: batches, settings: settings)
  }

  /// The curves of the run, beside its numbers.
  private func draw(
    _ result: ExperimentResult, _ batches: BatchLosses, _ settings: JSON, in folder: RunFolder
  ) throws {
    guard !result.history.epochs.isEmpty else { return }
    let curves = TrainingCurves(result.history, batches: batches, settings: settings)
    try curves.figure().picture.write(to: folder.curvesPath, overwriting: true)
  }

  /// How the boundary moved, where the rows lie in a plane and have classes.
  private func drawBoundary(
    _ result: ExperimentResult, _ snapshots: [Snapshots.Snapshot], in folder: RunFolder
  ) throws {
    let rows = result.parts.train
    guard rows.featureCount == 2, rows.task.isClassification else { return }
    let held = result.parts.test.map { [DecisionBoundary.Part("test", $0.prefix(1000))] } ?? []
    let parts = [DecisionBoundary.Part("training", rows.prefix(1000))] + held
    let course = try BoundaryCourse(result.network, at: snapshots, parts: parts)
    try course.animation.write(to: folder.boundaryPath, overwriting: true)
  }

  /// A trained network is not lost when its place cannot be written: it stays in the run folder.
  private func save(
    _ network: Network, to path: String, _ request: TrainRequest, _ folder: RunFolder,
    _ messages: Messages
  ) throws {
    let isInFolder = path == folder.modelPath
    do {
      try network.save(to: path, overwriting: request.overwrites || isInFolder)
    } catch  where !isInFolder {
      try network.save(to: folder.modelPath, overwriting: true)
      messages.print("The model is in \(folder.modelPath) instead.")
      throw error
    }
  }

  /// A stopped training can go on; the exit code tells scripts that it was stopped.
  private func saveState(
    of result: ExperimentResult, _ request: TrainRequest, _ folder: RunFolder,
    _ messages: Messages
  ) throws {
    let reason = result.history.stopReason
    guard reason == .interrupted || reason == .stepLimit else { return }
    try result.state.save(to: folder.statePath, overwriting: true)
    guard reason == .interrupted else { return }
    messages.print("Stopped in epoch \(result.state.epoch); everything is in \(folder.path).")
    messages.print("To go on: \(request.resumeCommand(folder.path))")
    throw Interrupted()
  }

  private func introduce(
    _ request: TrainRequest, _ data: LoadedData, _ folder: RunFolder, _ messages: Messages
  ) {
    for note in data.notes { messages.print(note) }
    let experiment = request.experiment
    let loss = experiment.loss(for: data.dataset.task)
    let outputs = data.dataset.task.names.count
    messages.print(
      "\(data.dataset.name): \(NumberFormat.grouped(data.dataset.count)) rows, "
        + "\(data.dataset.featureCount) features, \(data.dataset.task.kind) with "
        + "\(outputs) output\(outputs == 1 ? "" : "s")")
    messages.print("loss \(loss.name): \(loss.summary)")
    messages.print(
      "\(experiment.optimizer.name), learning rate \(experiment.optimizer.learningRate), "
        + "seed \(experiment.seed), \(experiment.engine.name) engine, "
        + "\(experiment.threads) thread\(experiment.threads == 1 ? "" : "s"), run in \(folder.path)"
    )
  }
}
