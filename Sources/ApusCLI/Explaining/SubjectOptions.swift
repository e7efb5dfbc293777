internal import Apus
internal import ApusExplain
internal import ApusFormats

/// What is explained or drawn: an expression at a point, a worked example, or a model on a row.
struct SubjectOptions: Sendable {
  private let what = Positional.optional(
    "WHAT", .text, help: "An expression as people write mathematics, or a model file.")
  private let data = Positional.optional(
    "DATA", .path.named("DATA"),
    help: "With a model: a name (apus datasets), a CSV file, a folder of IDX files.")
  private let preset = Option.optional(
    "preset", .text.named("NAME"),
    help: "A worked example of a lecture; apus explain --preset list names them.")
  private let row = Option(
    "row", .count, default: 1, help: "Which example of the data or preset, from 1.")
  private let rows = Option.optional(
    "rows", .rows, help: "Several of them as one batch: 7,9,12 or 1...3.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let loss = Option.optional(
    "loss", .name(of: LossList.names), shown: "the model's", help: "Of a model.")
  private let at = Option.optional(
    "at", .text.named("NAME=VALUE,…"), help: "Values of the names: numbers, [1,2], [[1,2],[3,4]].")
  private let parameters = Option.optional(
    "parameters", .text.named("NAME,…"), shown: "those named as weights are, else all",
    help: "The names that count as parameters.")
  private let notation = Option.optional(
    "notation", .name(of: Notation.allCases.map(\.rawValue)),
    shown: "words; of a preset its deck's", help: "How a network is written down.")

  var arguments: [any Argument] {
    [what, data, preset, row, rows, dataFolder, loss, at, parameters, notation]
  }

  /// Whether an expression, a model or an example is named.
  func isGiven(_ parsed: ParsedArguments) -> Bool {
    parsed.isGiven(preset) || parsed.isGiven(what)
  }

  /// Whether the names of the worked examples are wanted instead.
  func asksForList(_ parsed: ParsedArguments) -> Bool { parsed[preset] == "list" }

  /// Of the step that is shown, where none is given.
  func learningRate(_ parsed: ParsedArguments) throws -> Double {
    try parsed[preset].map { try Preset.named($0).learningRate } ?? 0.1
  }

  /// A model file that is named without data.
  func modelAlone(_ parsed: ParsedArguments) throws -> String? {
    guard let text = try parsed.value(of: what), try parsed.value(of: data) == nil else {
      return nil
    }
    return text.hasSuffix(".safetensors") ? text : nil
  }

  func subject(_ parsed: ParsedArguments) throws -> Subject {
    let text = try parsed.value(of: what)
    let data = try parsed.value(of: data)
    if let name = parsed[preset] {
      if let text { throw UsageError.conflict("--preset stands alone, without \"\(text)\"") }
      try parsed.refuse([at, parameters, loss, dataFolder], beside: "--preset")
      return try Preset.named(name).subject(
        rows: try chosenRows(parsed), notation: chosenNotation(parsed))
    }
    guard let text else {
      throw UsageError.conflict("name an expression, a MODEL with its DATA, or a --preset")
    }
    if let data { return try subject(of: text, on: data, parsed) }
    if text.hasSuffix(".safetensors") {
      throw UsageError.conflict("DATA is missing: whose row shall go through \(text)?")
    }
    try parsed.refuse([loss, dataFolder, notation, row, rows], beside: "an expression")
    let names = parsed[parameters].map {
      $0.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }
    return try Subject(Expression(text, at: parsed[at] ?? "", parameters: names))
  }

  private func subject(
    of model: String, on text: String, _ parsed: ParsedArguments
  ) throws -> Subject {
    let (network, dataset) = try loaded(model, text, parsed)
    let loss = try LossList.named(parsed[loss] ?? network.notes["loss"] ?? "")
    return try Subject(
      network, rows: try chosenRows(parsed), of: dataset, loss: loss,
      notation: chosenNotation(parsed) ?? .words, title: model)
  }

  private func loaded(
    _ model: String, _ text: String, _ parsed: ParsedArguments
  ) throws -> (Network, Dataset) {
    try parsed.refuse([at, parameters], beside: "a model")
    let network = try Network(contentsOf: model)
    let data = try network.load(text, folder: parsed[dataFolder], targets: .required)
    return (network, data.test ?? data.dataset)
  }

  /// A model as logistic regression, looked at from a row of its data.
  func oddsRatios(_ parsed: ParsedArguments) throws -> OddsRatios {
    guard let model = try parsed.value(of: what), let text = try parsed.value(of: data) else {
      throw UsageError.conflict("--odds is of a MODEL with its DATA")
    }
    try parsed.refuse([preset, rows, loss, notation], beside: "--odds")
    let (network, dataset) = try loaded(model, text, parsed)
    return try OddsRatios(network, on: dataset, row: parsed[row])
  }

  private func chosenRows(_ parsed: ParsedArguments) throws -> [Int] {
    guard let rows = parsed[rows] else { return [parsed[row]] }
    try parsed.refuse([row], beside: "--rows")
    return rows
  }

  private func chosenNotation(_ parsed: ParsedArguments) -> Notation? {
    parsed[notation].flatMap { Notation(rawValue: $0) }
  }
}
