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
    Example("explain model.safetensors iris --rows 7,9,12", "a batch, and what each row adds"),
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

  private let subject = SubjectOptions()
  private let section = Option.optional(
    "section", .name(of: ExplanationSection.allCases.map(\.rawValue)), shown: "all",
    help: "One part alone.")
  private let detail = Option(
    "detail", .name(of: ["auto", "numbers", "largest", "tensors"]), default: "auto",
    help: "Every number, those with the largest gradients, or tensors; auto keeps to 200 lines.")
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
    subject.arguments + [section, detail, sort, format, frame, digits, learningRate]
      + drill.arguments + view.arguments
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if subject.asksForList(parsed) { return try listPresets(session) }
    if ["svg", "dot"].contains(parsed[format]) || parsed[frame] != nil {
      return try drawPicture(parsed, session)
    }
    if try showsView(parsed, session) { return }
    let subject = try subject.subject(parsed)
    let options = try options(parsed)
    let computed =
      try drill.target(parsed).map {
        try Explainer.explanation(of: subject, at: $0, options: options)
      } ?? Explainer.explanation(of: subject, options: options)
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
    try parsed.refuse([section, sort] + drill.arguments, beside: "a view of the whole")
    try view.run(
      subject, try options(parsed), parsed, format: parsed[format],
      NumberStyle(digits: parsed[digits]), in: session)
    return true
  }

  private func options(_ parsed: ParsedArguments) throws -> ExplanationOptions {
    ExplanationOptions(
      learningRate: try parsed[learningRate] ?? subject.learningRate(parsed),
      detail: Detail(name: parsed[detail]))
  }

  /// The computation as `apus draw graph` draws it.
  private func drawPicture(_ parsed: ParsedArguments, _ session: Session) throws {
    guard ["svg", "dot"].contains(parsed[format]) else {
      throw UsageError.conflict("--frame is of pictures: give --format svg or --format dot as well")
    }
    try parsed.refuse([section, sort, detail], beside: "--format \(parsed[format])")
    if try view.isGiven(parsed), !parsed.isGiven(view.paths) {
      throw UsageError.conflict(
        "\(view.title(parsed)) has the formats text, markdown and json, no picture; "
          + "apus draw graph draws the computation")
    }
    let style = NumberStyle(digits: parsed.isGiven(digits) ? parsed[digits] : 4)
    let subject = try subject.subject(parsed)
    var options = ComputationOptions(frame: parsed[frame], style: style)
    options.path = parsed[view.paths]
    switch try drill.target(parsed) {
    case nil: break
    case .layer(let name): options.layer = name
    case .weight(let name): options.path = name
    case .unit(let layer, let number):
      try parsed.refuse([frame, view.paths], beside: "--unit, which draws one neuron")
      let picture = try UnitPicture(subject, .unit(layer: layer, number), style: style)
      return try write(try picture.figure(), dot: picture.dot, parsed, session)
    }
    let picture = try ComputationPicture(subject, options)
    try write(try picture.figure(), dot: picture.dot, parsed, session)
  }

  private func write(
    _ figure: @autoclosure () throws -> Figure, dot: @autoclosure () -> String,
    _ parsed: ParsedArguments, _ session: Session
  ) throws {
    try session.output.write(parsed[format] == "svg" ? try figure().picture.svg() : dot())
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
}
