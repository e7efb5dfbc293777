internal import Apus
internal import ApusExplain

/// `apus diagnose RUN` and `apus diagnose MODEL DATA`
struct DiagnoseCommand: Subcommand {
  let name = "diagnose"
  let summary = "Say what is wrong with a run or a model, each with its number and what to try."
  let examples = [
    Example("diagnose runs/digits-1", "of a run that apus train has left"),
    Example("diagnose model.safetensors digits", "of a model, looked at with data"),
    Example("diagnose runs/digits-1 --json", "with every number that was measured"),
  ]
  var notes: [HelpNote] {
    [
      HelpNote(
        "Rules",
        Diagnosis.rules.flatMap { rule in
          let rule = type(of: rule)
          return Self.wrapped("\(rule.name): \(rule.condition)")
        })
    ]
  }

  private let subject = Positional(
    "RUN|MODEL", .path.named("RUN|MODEL"), help: "The folder of a run, or a model file.")
  private let data = Positional.optional(
    "DATA", .path.named("DATA"),
    help: "With a model: a name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let loss = Option.optional(
    "loss", .name(of: LossList.names), shown: "the model's", help: "With a model: its loss.")
  private let json = Flag("json", help: "Print one JSON object.")

  var arguments: [any Argument] { [subject, data, dataFolder, loss, json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let path = try parsed.value(of: subject)
    let facts: HealthFacts
    if let text = try parsed.value(of: data) {
      facts = try self.facts(ofModel: path, on: text, parsed)
    } else {
      guard File.kind(path) == .folder || File.kind(path) == nil else {
        throw UsageError.conflict(
          "DATA is missing: the rows to look at the model \(printable(path)) with; only the folder "
            + "of a run has its own numbers")
      }
      facts = try HealthFacts(run: path)
    }
    let diagnosis = Diagnosis(of: facts)
    guard !parsed[json] else {
      return try session.output.print(diagnosis.json.text(indented: true))
    }
    try session.output.write(diagnosis.text)
  }

  private func facts(
    ofModel path: String, on text: String, _ parsed: ParsedArguments
  ) throws -> HealthFacts {
    let network = try Network(contentsOf: path)
    let data = try network.load(text, folder: parsed[dataFolder], targets: .required)
    let parts = try network.split?.parts(of: data)
    guard let name = parsed[loss] ?? network.notes["loss"] else {
      throw UsageError.conflict("the model does not remember its loss; name it with --loss")
    }
    let loss = try LossList.named(name)
    let rows = parts?.train ?? data.dataset
    let options = TrainingOptions(threads: Machine.availableThreads)
    var facts = try HealthFacts(of: network, loss: loss, on: rows, options: options)
    facts.train = try network.evaluate(rows, loss: loss, options: options)
    facts.heldOut = try (data.test ?? parts?.test).map {
      try network.evaluate($0, loss: loss, options: options)
    }
    return facts
  }

  /// Lines that fit the help.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 92 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append((lines.isEmpty ? "" : "  ") + word)
      }
    }
    return lines
  }
}
