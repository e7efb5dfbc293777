internal import Apus
internal import ApusExplain

/// The health of the run that `apus train` makes: watched by a callback, told on standard error, and
/// written into the run folder.
struct HealthWatch {
  private let monitor: HealthMonitor?
  private let folder: RunFolder
  private let messages: Messages
  private let isQuiet: Bool

  init(_ request: TrainRequest, _ folder: RunFolder, _ messages: Messages) {
    monitor = request.watchesHealth ? HealthMonitor() : nil
    self.folder = folder
    self.messages = messages
    isQuiet = request.isQuiet
  }

  var callbacks: [any Callback] { monitor.map { [$0] } ?? [] }

  /// A training that breaks off at a bad number leaves its findings too.
  func reportingDivergence<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as DivergenceError {
      monitor?.finish(divergence: error)
      // The error itself is printed by whoever catches it.
      try write { $0.rule != FirstBadNumber.name }
      throw error
    }
  }

  func report(_ result: ExperimentResult) throws {
    monitor?.finish(train: result.train, heldOut: result.validation ?? result.test)
    try write { _ in true }
  }

  private func write(_ isPrinted: (Finding) -> Bool) throws {
    guard let facts = monitor?.facts else { return }
    let diagnosis = Diagnosis(of: facts)
    let time = JSON.Member("seconds_of_watching", .finite(monitor?.secondsSpent ?? 0))
    try folder.write(
      .object((diagnosis.json.members ?? []) + [time]), to: folder.healthPath)
    // Quiet means no progress; an illness is none.
    let said = isQuiet ? diagnosis.problems : diagnosis.findings
    for finding in said where isPrinted(finding) {
      let colour: Style.Colour = finding.severity == .problem ? .yellow : .cyan
      messages.print(Style.of(.messages)("health", colour) + " " + finding.text)
    }
    if diagnosis.problems.isEmpty, !isQuiet {
      messages.print(Style.of(.messages)("health", .green) + " " + diagnosis.lines[0])
    }
  }
}
