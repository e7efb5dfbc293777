internal import ApusData
internal import ApusFormats
internal import ApusGraph

/// `apus datasets [NAME]`
struct DatasetsCommand: Subcommand {
  let name = "datasets"
  let summary = "List the data sets that have a name, or describe one."
  let examples = [
    Example("datasets", "every data set"),
    Example("datasets iris", "rows, columns and classes of one"),
  ]
  let notes: [HelpNote] = []

  private let dataset = Positional.optional(
    "NAME", .name(of: Datasets.names), help: "Which one; without it, the list of them.")
  private let json = Flag("json", help: "Print JSON.")
  var arguments: [any Argument] { [dataset, json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    guard let name = try parsed.value(of: dataset) else {
      return try list(asJSON: parsed[json], in: session)
    }
    let facts = try Self.facts(of: Datasets.named(name), Datasets.entry(name))
    if parsed[json] {
      let members = facts.map { JSON.Member($0.key, $0.value) }
      return try session.output.print(JSON.object(members).text(indented: true))
    }
    let column = (facts.map(\.key.count).max() ?? 0) + 2
    for (key, value) in facts {
      let gap = String(repeating: " ", count: column - key.count)
      try session.output.print(key + gap + Self.text(of: value))
    }
  }

  private func list(asJSON: Bool, in session: Session) throws {
    if asJSON {
      let rows = Datasets.all.map { entry -> JSON in
        [
          "name": .string(entry.name), "origin": .string(entry.origin.rawValue),
          "summary": .string(entry.summary),
        ]
      }
      return try session.output.print(JSON.array(rows).text(indented: true))
    }
    let column = (Datasets.names.map(\.count).max() ?? 0) + 2
    for entry in Datasets.all {
      let gap = String(repeating: " ", count: column - entry.name.count)
      let origin = entry.origin.rawValue
      let space = String(repeating: " ", count: max(2, 11 - origin.count))
      try session.output.print(entry.name + gap + origin + space + entry.summary)
    }
  }

  private static func facts(
    of dataset: Dataset, _ entry: Datasets.Entry
  ) -> [(key: String, value: JSON)] {
    var facts: [(key: String, value: JSON)] = [
      ("name", .string(entry.name)),
      ("summary", .string(entry.summary)),
      ("origin", .string(entry.origin.rawValue)),
      ("rows", .integer(dataset.count)),
      ("features", .integer(dataset.featureCount)),
    ]
    if let shape = dataset.imageShape { facts.append(("image", JSON(shape))) }
    facts.append(("task", .string(dataset.task.kind)))
    facts.append(("targets", JSON(dataset.task.names)))
    if let counts = dataset.classCounts { facts.append(("rows_per_target", JSON(counts))) }
    return facts
  }

  private static func text(of value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): NumberFormat.grouped(number)
    case .array(let values): values.map(text).joined(separator: ", ")
    default: value.text()
    }
  }
}
