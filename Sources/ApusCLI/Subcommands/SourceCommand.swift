internal import Apus

/// `apus source RUN`
struct SourceCommand: Subcommand {
  let name = "source"
  let summary = "Write the training of a run as a Swift program that gives the same numbers."
  let examples = [
    Example("source runs/digits-1", "with fit"),
    Example("source runs/digits-1 --loop", "the loop of steps written out"),
    Example("source runs/digits-1 --loop --output main.swift", "into a file"),
  ]
  let notes = [
    HelpNote(
      "Not written",
      [
        "--model, --initial-weights, --resume, --engine reference, --precision other than float32;",
        "with --loop also --early-stopping, --steps and the schedule plateau.",
      ])
  ]

  private let run = Positional("RUN", .path.named("RUN"), help: "The folder of a run.")
  private let loop = Flag("loop", help: "Each epoch, batch and step written out, instead of fit.")
  private let output = Option.optional(
    "output", .path.named("FILE"), shown: "standard output", help: "Where the program goes.")
  private let force = Flag("force", help: "Overwrite an existing file.")

  var arguments: [any Argument] { [run, loop, output, force] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let recorded = try RecordedTraining(run: try parsed.value(of: run))
    let text = try TrainingSource(recorded, asLoop: parsed[loop]).text
    guard let path = parsed[output] else { return try session.output.write(text) }
    try File.write(text: text, to: path, overwriting: parsed[force])
    session.messages.print("The program is in \(printable(path)).")
  }
}
