internal import Apus
internal import ApusDrawing

/// `apus report RUN`
struct ReportCommand: Subcommand {
  let name = "report"
  let summary = "Write a run as one Markdown document in the order of a notebook, with pictures."
  let examples = [
    Example("report runs/digits-1", "runs/digits-1/report.md, pictures in runs/digits-1/report"),
    Example("report runs/mnist-1 mnist --data DIR", "with data that are elsewhere now"),
    Example("report runs/digits-1 --output digits.md", "to another place"),
  ]
  let notes = [
    HelpNote(
      "What is in it",
      [
        "the command and the date of the run, data, network, loss, optimizer; curves; results;",
        "confusion matrix and the surest mistakes; weights; gradient flow; health with what to try;",
        "how to use the model. What cannot be shown says why. A run has one report: no clock is read.",
      ])
  ]

  private let run = Positional("RUN", .path.named("RUN"), help: "The folder of a run.")
  private let data = Positional.optional(
    "DATA", .path.named("DATA"),
    help: "A name (apus datasets), a CSV file, a folder of IDX files; else the run's own.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let output = Option.optional(
    "output", .path.named("FILE.md"), shown: "RUN/report.md",
    help: "Where the document goes; its pictures go into a folder of its name, without .md.")
  private let force = Flag("force", help: "Overwrite existing files.")

  var arguments: [any Argument] { [run, data, dataFolder, output, force] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let record = try RunRecord(try parsed.value(of: run))
    let document = parsed[output] ?? "\(record.folder.path)/report.md"
    let (parent, name) = File.splitPath(document)
    guard name.hasSuffix(".md"), name.count > 3 else {
      throw UsageError.conflict(
        "--output \(printable(document)): a report is Markdown; name a file that ends in .md")
    }
    if let parent, File.kind(parent) != .folder {
      throw FileError(.write, document, "there is no folder \"\(printable(parent))\"")
    }
    let overwrites = parsed[force]
    if !overwrites, File.kind(document) != nil { throw FileError.exists(document) }
    let report = try RunReport(
      of: record, data: try choice(parsed, record), pictureFolder: String(name.dropLast(3)))
    let folder = String(document.dropLast(3))
    let files = report.pictures.map { ("\(folder)/\($0.name).svg", $0.picture) }
    if !overwrites, let taken = files.first(where: { File.kind($0.0) != nil }) {
      throw FileError.exists(taken.0)
    }
    if !files.isEmpty { try File.makeFolder(folder) }
    for (path, picture) in files { try picture.write(to: path, overwriting: overwrites) }
    try File.write(text: report.text, to: document, overwriting: overwrites)
    try session.output.print(
      "report: \(document), \(files.count) picture\(files.count == 1 ? "" : "s") in \(folder)")
  }

  /// The data that were named, as they are typed; nil for those of the run.
  private func choice(
    _ parsed: ParsedArguments, _ record: RunRecord
  ) throws -> (text: String, folder: String?)? {
    if let text = try parsed.value(of: data) { return (text, parsed[dataFolder]) }
    guard let folder = parsed[dataFolder] else { return nil }
    return record.data.map { ($0.text, folder) }
  }
}
