internal import Apus
internal import ApusExplain

/// MODEL and DATA with the rows to look at: what most plots of a trained network take.
struct ModelOptions: Sendable {
  private let model = Positional("MODEL", .path.named("MODEL"), help: "A model file.")
  private let data = Positional(
    "DATA", .path.named("DATA"), help: "A name (apus datasets), a CSV file, a folder of IDX files.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let part = Option(
    "part", .name(of: DataPart.allCases.map(\.rawValue)), default: "auto",
    help: "Which rows, as in apus evaluate.")
  private let rows: Option<Int>

  /// - Parameter rows: how many are used at the most when nothing is said.
  init(rows: Int) {
    self.rows = Option(
      "rows", .integer(in: 1...1_000_000), default: rows, help: "At most the first so many of them."
    )
  }

  var arguments: [any Argument] { [model, data, dataFolder, part, rows] }

  /// A model and rows for it.
  struct Loaded {
    let network: Network
    let rows: Dataset
    /// `digits (test, 360 rows)`
    let title: String

    /// - Parameter limit: how many rows are used at the most.
    init(
      _ network: Network, _ data: LoadedData, part: DataPart = .auto, limit: Int = .max
    ) throws {
      let (all, name) = try part.rows(of: data, for: network)
      self.network = network
      rows = all.prefix(limit)
      let words = (name == "all" ? "" : name + ", ") + NumberFormat.grouped(rows.count)
      title = "\(all.name) (\(words) row\(rows.count == 1 ? "" : "s"))"
    }

    /// The loss that the network was trained with.
    func loss() throws -> any Loss {
      guard let name = network.notes["loss"] else {
        throw UsageError.conflict("the model does not say with which loss it was trained")
      }
      return try LossList.named(name)
    }

    /// The line below a title: data, network, seed.
    func subtitle() throws -> String {
      subtitle(try NetworkProbe(network, on: rows.prefix(1), loss: nil).layers)
    }

    func subtitle(_ layers: [NetworkProbe.Layer]) -> String {
      NetworkWords.line(data: title, network, layers)
    }
  }

  func path(_ parsed: ParsedArguments) throws -> String { try parsed.value(of: model) }

  func network(_ parsed: ParsedArguments) throws -> Network {
    try Network(contentsOf: try parsed.value(of: model))
  }

  private func allRows(_ parsed: ParsedArguments, for network: Network) throws -> LoadedData {
    try network.load(
      try parsed.value(of: data), folder: parsed[dataFolder], targets: .required)
  }

  func load(_ parsed: ParsedArguments) throws -> Loaded {
    let network = try network(parsed)
    return try Loaded(
      network, try allRows(parsed, for: network), part: DataPart(rawValue: parsed[part]) ?? .auto,
      limit: parsed[rows])
  }

  /// The training rows and the held-out ones where the model knows them apart, else all rows; only
  /// one part when it is asked for.
  func parts(_ parsed: ParsedArguments) throws -> [DecisionBoundary.Part] {
    try parts(parsed, for: try network(parsed))
  }

  func parts(
    _ parsed: ParsedArguments, for network: Network
  ) throws -> [DecisionBoundary.Part] {
    let data = try allRows(parsed, for: network)
    let limit = parsed[rows]
    if let part = DataPart(rawValue: parsed[part]), part != .auto, part != .all {
      let (rows, name) = try part.rows(of: data, for: network)
      return [DecisionBoundary.Part(name, rows.prefix(limit))]
    }
    guard let parts = try network.split?.parts(of: data), let test = parts.test else {
      return [DecisionBoundary.Part("rows", data.dataset.prefix(limit))]
    }
    return [
      DecisionBoundary.Part("training", parts.train.prefix(limit)),
      DecisionBoundary.Part("test", test.prefix(limit)),
    ]
  }
}
