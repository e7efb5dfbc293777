internal import ApusGraph

/// Finds the subcommand, reads its words, runs it, and reports what went wrong.
package struct Application: Sendable {
  /// In the order of the help. A new subcommand is a file and a line here.
  static let subcommands: [any Subcommand] = [
    TrainCommand(), EvaluateCommand(), PredictCommand(), SummaryCommand(), DatasetsCommand(),
    ExplainCommand(), CheckGradientsCommand(), ChallengeCommand(), DrawCommand(), PlotCommand(),
    DiagnoseCommand(), ReportCommand(), SourceCommand(), LessonCommand(), BenchCommand(),
    ScaleCommand(),
    DoctorCommand(), CompletionsCommand(), HelpCommand(),
  ]

  let session: Session

  package init(session: Session) { self.session = session }

  /// `words` are those after the program's name.
  package func run(_ words: [String]) -> ExitCode {
    var command: String?
    do {
      try dispatch(words, naming: &command)
      return .success
    } catch {
      let report = ErrorReport(error, during: command)
      if let message = report.message {
        session.messages.print(Style.of(.messages)("apus:", .red) + " " + message)
      }
      return report.exitCode
    }
  }

  /// `name` becomes that of the subcommand as soon as it is known.
  func dispatch(_ words: [String], naming name: inout String?) throws {
    guard let first = words.first, first != "--help", first != "-h" else {
      return try session.output.write(Help.overview(of: Self.subcommands))
    }
    if first == "--version" { return try session.output.print("apus " + Version.text) }
    if first.hasPrefix("-") {
      throw UsageError.unknownOption(first, known: ["--help", "--version"])
    }
    var command = try Self.subcommand(named: first)
    var rest = words.dropFirst()
    name = command.name
    if !command.members.isEmpty, let second = rest.first, !second.hasPrefix("-") {
      command = try command.member(named: second)
      rest = rest.dropFirst()
      name = command.name
    }
    let parsed = try ArgumentParser.parse(Array(rest), for: command.arguments)
    if parsed.asksForHelp { return try session.output.write(Help.page(of: command)) }
    try command.run(parsed, in: session)
  }

  static func subcommand(named name: String) throws(UsageError) -> any Subcommand {
    guard let command = subcommands.first(where: { $0.name == name }) else {
      throw .unknownSubcommand(name, known: subcommands.map(\.name))
    }
    return command
  }
}

extension Subcommand {
  /// The member of a family that a word names.
  func member(named word: String) throws(UsageError) -> any Subcommand {
    guard let member = members.first(where: { $0.word == word }) else {
      throw .unknownSubcommand(name + " " + word, known: members.map(\.name))
    }
    return member
  }
}
