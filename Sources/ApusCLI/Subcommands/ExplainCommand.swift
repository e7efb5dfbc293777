internal import Apus
internal import ApusDrawing
internal import ApusExplain
internal import ApusFormats

/// `apus explain`
struct ExplainCommand: Subcommand {
  let name = "explain"
  let summary = "Show a forward and a backward pass with every number, and prove each gradient."
  let examples = [
    Example(
      "explain \"max(w1*x1 + w2*x2, x3)\" --at w1=2,w2=-1,x1=3,x2=4,x3=1",
      "an expression at a point"),
    Example(
      "explain \"F = relu(W@x + b)\" --at \"W=[2,4;1,3],x=[1,3],b=[-3,0]\"",
      "vectors and matrices"),
    Example("explain --preset deck004.example --row 1", "a worked example of a lecture"),
    Example("explain --preset list", "the names of these examples"),
    Example("explain model.safetensors iris --row 7", "a trained network on one row"),
    Example("explain model.safetensors iris --unit dense_2:4", "one of its neurons"),
    Example("explain model.safetensors iris --weight \"dense_1[3,2]\"", "one of its weights"),
    Example("explain --preset deck004.example --slide 2 --carry", "what two digits do to it"),
  ]
  let notes = [
    HelpNote(
      "Expressions",
      [
        "+ - * / ^ and @ (product of matrices), parentheses, numbers, names, F = …; a transpose is x'.",
        "Functions: " + Expression.functions.prefix(16).joined(separator: ", ") + ",",
        Expression.functions.dropFirst(16).joined(separator: ", ") + ".",
      ])
  ]

  private let what = Positional.optional(
    "WHAT", .text, help: "An expression as people write mathematics, or a model file.")
  private let data = Positional.optional(
    "DATA", .path.named("DATA"),
    help: "With a model: a name (apus datasets), a CSV file, a folder of IDX files.")
  private let preset = Option.optional(
    "preset", .text.named("NAME"), help: "A worked example of a lecture; list shows the names.")
  private let row = Option(
    "row", .count, default: 1, help: "Which example of the data or preset, from 1.")
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
    shown: "words; of a preset its deck's",
    help: "How a network is written down.")
  private let section = Option.optional(
    "section", .name(of: ExplanationSection.allCases.map(\.rawValue)), shown: "all",
    help: "One part alone.")
  private let sort = Option(
    "sort", .name(of: ["order", "gradient"]), default: "order",
    help: "Parameters in their order, or the largest gradient first.")
  private let format = Option(
    "format", .name(of: ["text", "markdown", "json", "svg", "dot"]), default: "text",
    help: "How it is written.")
  private let frame = Option.optional(
    "frame", .count, shown: "the whole",
    help: "With svg and dot: stop after so many steps, forwards then backwards.")
  private let digits = Option(
    "digits", .integer(in: 1...17), default: 6, help: "Digits after the point.")
  private let learningRate = Option.optional(
    "lr", .positive, shown: "0.1; of a preset its own",
    help: "Learning rate of the step that is shown.")

  private let drill = DrillOptions()
  private let view = ExplainView()

  var arguments: [any Argument] {
    [
      what, data, preset, row, dataFolder, loss, at, parameters, notation, section, sort, format,
      frame, digits, learningRate,
    ] + drill.arguments + view.arguments
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if parsed[preset] == "list" { return try listPresets(session) }
    if ["svg", "dot"].contains(parsed[format]) || parsed[frame] != nil {
      return try drawPicture(parsed, session)
    }
    if try showsView(parsed, session) { return }
    let computed =
      try drill.target(parsed).map {
        try Explainer.explanation(
          of: try SubjectOptions().subject(parsed), at: $0, options: try options(parsed))
      } ?? explanation(parsed)
    let explanation = parsed[sort] == "gradient" ? computed.sortedByGradient() : computed
    let sections =
      parsed[section].flatMap { ExplanationSection(rawValue: $0) }.map { [$0] }
      ?? ExplanationSection.allCases
    let style = NumberStyle(digits: parsed[digits])
    switch parsed[format] {
    case "json": try session.output.print(explanation.json(sections: sections).text(indented: true))
    case "markdown":
      try session.output.write(explanation.markdown(sections: sections, style: style))
    default: try session.output.write(explanation.text(sections: sections, style: style))
    }
  }

  private func showsView(_ parsed: ParsedArguments, _ session: Session) throws -> Bool {
    guard try view.isGiven(parsed) else { return false }
    try refuse([section, sort] + drill.arguments, beside: "a view of the whole", parsed)
    try view.run(
      try SubjectOptions().subject(parsed), try options(parsed), parsed,
      asJSON: parsed[format] == "json", NumberStyle(digits: parsed[digits]), in: session)
    return true
  }

  private func options(_ parsed: ParsedArguments) throws -> ExplanationOptions {
    options(parsed, usual: try parsed[preset].map { try Preset.named($0).learningRate } ?? 0.1)
  }

  /// The computation as `apus draw graph` draws it.
  private func drawPicture(_ parsed: ParsedArguments, _ session: Session) throws {
    guard ["svg", "dot"].contains(parsed[format]) else {
      throw UsageError.conflict("--frame is of pictures: give --format svg or --format dot as well")
    }
    if parsed.isGiven(section) {
      throw UsageError.conflict("--section cannot stand beside --format \(parsed[format])")
    }
    let picture = try ComputationPicture(
      try SubjectOptions().subject(parsed),
      ComputationOptions(
        frame: parsed[frame],
        style: NumberStyle(digits: parsed.isGiven(digits) ? parsed[digits] : 4)))
    try session.output.write(
      parsed[format] == "svg" ? try picture.figure().picture.svg() : picture.dot)
  }

  private func listPresets(_ session: Session) throws {
    let width = Preset.all.map(\.name.count).max() ?? 0
    for preset in Preset.all {
      let rows = preset.rows > 1 ? ", \(preset.rows) rows" : ""
      try session.output.print(
        preset.name + String(repeating: " ", count: width + 2 - preset.name.count)
          + preset.summary + " (\(preset.origin.rawValue)\(rows))")
    }
  }

  private func explanation(_ parsed: ParsedArguments) throws -> Explanation {
    let text = try parsed.value(of: what)
    if let name = parsed[preset] {
      if let text { throw UsageError.conflict("--preset stands alone, without \"\(text)\"") }
      try refuse([at, parameters, loss, dataFolder], beside: "--preset", parsed)
      let preset = try Preset.named(name)
      return try preset.explanation(
        row: parsed[row], notation: try notation(parsed),
        options: options(parsed, usual: preset.learningRate))
    }
    guard let text else {
      throw UsageError.conflict("name an expression, a MODEL with its DATA, or a --preset")
    }
    if let data = try parsed.value(of: data) { return try explanation(of: text, on: data, parsed) }
    if text.hasSuffix(".safetensors") {
      throw UsageError.conflict("DATA is missing: whose row shall go through \(text)?")
    }
    try refuse([loss, dataFolder, notation, row], beside: "an expression", parsed)
    let names = parsed[parameters].map {
      $0.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }
    let expression = try Expression(text, at: parsed[at] ?? "", parameters: names)
    return try expression.explanation(options: options(parsed, usual: 0.1))
  }

  private func explanation(
    of model: String, on text: String, _ parsed: ParsedArguments
  ) throws -> Explanation {
    try refuse([at, parameters], beside: "a model", parsed)
    let network = try Network(contentsOf: model)
    let data = try network.load(text, folder: parsed[dataFolder], targets: .required)
    let rows = data.test ?? data.dataset
    guard parsed[row] <= rows.count else {
      throw UsageError.conflict(
        "--row: \(rows.name) has \(rows.count) rows, there is no row \(parsed[row])")
    }
    let loss = try LossList.named(parsed[loss] ?? network.notes["loss"] ?? "")
    return try network.explanation(
      ofRow: parsed[row], of: rows, loss: loss, notation: try notation(parsed) ?? .words,
      title: model, options: options(parsed, usual: 0.1))
  }

  private func options(_ parsed: ParsedArguments, usual: Double) -> ExplanationOptions {
    ExplanationOptions(learningRate: parsed[learningRate] ?? usual)
  }

  private func notation(_ parsed: ParsedArguments) throws -> Notation? {
    parsed[notation].flatMap { Notation(rawValue: $0) }
  }

  private func refuse(
    _ options: [any Argument], beside what: String, _ parsed: ParsedArguments
  ) throws {
    for option in options where parsed.isGiven(option) {
      throw UsageError.conflict("\(option.declaration.title) cannot stand beside \(what)")
    }
  }
}
