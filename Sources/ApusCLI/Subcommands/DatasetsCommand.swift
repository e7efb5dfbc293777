internal import ApusData
internal import ApusFormats
internal import ApusGraph

/// `apus datasets [NAME]`
struct DatasetsCommand: Subcommand {
  let name = "datasets"
  let summary = "List the data sets that have a name, describe one, or fetch its files."
  let examples = [
    Example("datasets", "every data set"),
    Example("datasets iris", "rows, columns and classes of one"),
    Example("datasets fetch mnist", "download the files of MNIST and check them (needs curl)"),
  ]
  let notes: [HelpNote] = []

  private let dataset = Positional.optional(
    "NAME", .name(of: Datasets.names + [Self.fetch]),
    help: "Which one, without it the list of them; or the word fetch and then a name.")
  private let fetched = Positional.optional(
    "SET", .name(of: Fetch.names), help: "After fetch: whose files.")
  private let folder = Option.optional(
    "data", .path.named("DIR"), shown: "data/NAME, else ~/.cache/apus/NAME",
    help: "The folder of a data set that is read from files; fetch makes it.")
  private let json = Flag("json", help: "Print JSON.")
  var arguments: [any Argument] { [dataset, fetched, folder, json] }

  private static let fetch = "fetch"

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let set = try parsed.value(of: fetched)
    guard let name = try parsed.value(of: dataset) else {
      return try list(asJSON: parsed[json], in: session)
    }
    if name == Self.fetch { return try fetch(set, parsed, in: session) }
    if let set { throw UsageError.unexpected(set) }
    let dataset = try Datasets.named(name, DatasetOptions(folder: parsed[folder]))
    let facts = try Self.facts(of: dataset, Datasets.entry(name))
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

  private func fetch(
    _ set: String?, _ parsed: ParsedArguments, in session: Session
  ) throws {
    guard let set else { throw UsageError.missing(fetched.declaration.title) }
    let usual = ImageFolder.defaultFolders(of: set)
    let folder = parsed[folder] ?? usual.last ?? "data/\(set)"
    try Fetch.run(set, into: folder) { session.messages.print($0) }
    let report: JSON = ["dataset": .string(set), "folder": .string(folder)]
    guard !parsed[json] else { return try session.output.print(report.text(indented: true)) }
    let data = usual.contains(folder) ? "" : " --data \(folder)"
    try session.output.print("\(set) is in \(folder); try: apus train \(set)\(data)")
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
