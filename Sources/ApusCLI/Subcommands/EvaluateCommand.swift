internal import Apus

/// `apus evaluate MODEL DATA`
struct EvaluateCommand: Subcommand {
  let name = "evaluate"
  let summary = "Measure a model on data: its loss and the usual metrics of its task."
  let examples = [
    Example("evaluate model.safetensors digits", "on the rows that its training held out"),
    Example("evaluate model.safetensors new.csv", "on every row of a table"),
    Example(
      "evaluate model.safetensors mnist --data DIR --json", "on the test images, for scripts"),
  ]
  let notes = [
    HelpNote(
      "Which rows",
      [
        "auto: the data's own test rows, else those that the training held out of the same data,",
        "else all rows. The answer says which rows were measured.",
      ])
  ]

  private let model = Positional("MODEL", .path.named("MODEL"), help: "A model file.")
  private let data = Positional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let part = Option(
    "part", .name(of: DataPart.allCases.map(\.rawValue)), default: "auto", help: "Which rows.")
  private let threads = Option.optional(
    "threads", .integer(in: 1...256), shown: "all processors", help: "Never changes the result.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] { [model, data, dataFolder, part, threads, json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let path = try parsed.value(of: model)
    let network = try Network(contentsOf: path)
    let data = try network.load(
      try parsed.value(of: data), folder: parsed[dataFolder], targets: .required)
    let part = DataPart(rawValue: parsed[part]) ?? .auto
    let (rows, partName) = try part.rows(of: data, for: network)
    let scores = try network.evaluate(
      rows, options: TrainingOptions(threads: parsed[threads] ?? Machine.availableThreads))
    let loss = try LossList.named(network.notes["loss"] ?? "")
    guard parsed[json] else {
      try session.output.print(
        "\(partName)  \(scores)  "
          + "(\(NumberFormat.grouped(rows.count)) rows of \(rows.name))")
      return try session.output.print("loss is the \(loss.summary)")
    }
    let members: [JSON.Member] =
      [
        .init("model", .string(path)), .init("dataset", .string(rows.name)),
        .init("part", .string(partName)), .init("rows", .integer(rows.count)),
      ] + (scores.json.members ?? [])
      + [
        .init("loss_name", .string(loss.name)), .init("loss_reduction", .string(loss.summary)),
      ]
    try session.output.print(JSON.object(members).text(indented: true))
  }
}
