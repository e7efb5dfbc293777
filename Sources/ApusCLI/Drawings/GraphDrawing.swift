internal import ApusDrawing
internal import ApusExplain
internal import ApusFormats

/// `apus draw graph`
struct GraphDrawing: Subcommand {
  let name = "draw graph"
  let summary = "Draw a computation: operations, the numbers on its arrows, the gradients below."
  let examples = [
    Example(
      "draw graph \"max(w1*x1 + w2*x2, x3)\" --at w1=2,w2=-1,x1=3,x2=4,x3=1 --output max.svg",
      "an expression at a point"),
    Example("draw graph --preset deck004.example --output example.png", "an example of a lecture"),
    Example("draw graph --preset deck000.max --frame 3 --output 3.svg", "after the third step"),
    Example("draw graph model.safetensors digits --row 7 --output layers.pdf", "a network"),
    Example(
      "draw graph --preset deck004.example --path \"x1->h2\" --output path.svg",
      "from one weight to the loss, with the factors of the chain rule"),
    Example(
      "draw graph model.safetensors digits --unit dense_2:4 --output unit.svg", "one neuron"),
    Example(
      "draw graph model.safetensors digits --layer dense_2 --output two.svg", "one layer open"),
  ]
  let notes = [
    HelpNote(
      "What is drawn",
      [
        "Circles are operations, arrows are quantities with the value above and the gradient of the",
        "result below, boxes are given values: round inputs, square parameters, dashed constants.",
        "Up to \(ComputationPicture.scalars) numbers each has its arrow; above, arrows carry tensors,",
        "and layers are drawn as one where more than \(ComputationPicture.firstView) nodes would be seen.",
      ])
  ]

  private let subject = SubjectOptions()
  private let options = FigureOptions()
  private let detail = Option(
    "detail", .name(of: ["auto", "numbers", "tensors"]), default: "auto",
    help: "Whether arrows carry single numbers or tensors.")
  private let expand = Flag("expand", help: "Open layers and composite operations.")
  private let layer = Option.optional(
    "layer", .text.named("NAME"), help: "Open this one layer of a network.")
  private let unit = Option.optional(
    "unit", .text.named("LAYER:N"), shown: "off",
    help: "One neuron: products, sum, bias, activation; N counts from 1 as the names do.")
  private let path = Option.optional(
    "path", .text.named("NAME"), shown: "off",
    help: "Mark the ways from a weight to the result: w(x1→h2), or dense_1[3,5] from 0.")
  private let frame = Option.optional(
    "frame", .count, shown: "the whole", help: "Stop after so many steps, forwards then backwards.")
  private let digits = Option(
    "digits", .integer(in: 1...17), default: 4, help: "Digits after the point.")

  var arguments: [any Argument] {
    subject.arguments + [detail, expand, layer, unit, path, frame, digits] + options.arguments
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    if !isDOT(parsed) { try options.check(parsed) }
    let style = NumberStyle(digits: parsed[digits])
    if let name = parsed[unit] {
      try parsed.refuse(
        [layer, path, detail, expand, frame], beside: "--unit, which draws one neuron")
      let picture = try UnitPicture(
        try subject.subject(parsed), try DrillTarget(parsingUnit: name), style: style)
      return try show(try picture.figure(), dot: picture.dot, parsed, session)
    }
    if parsed.isGiven(path) {
      try parsed.refuse([layer, detail], beside: "--path, which draws single numbers")
    }
    let picture = try ComputationPicture(
      try subject.subject(parsed),
      ComputationOptions(
        detail: Detail(name: parsed[detail]), isExpanded: parsed[expand], layer: parsed[layer],
        path: parsed[path], frame: parsed[frame], style: style))
    try show(try picture.figure(), dot: picture.dot, parsed, session)
  }

  private func show(
    _ figure: @autoclosure () throws -> Figure, dot: @autoclosure () -> String,
    _ parsed: ParsedArguments, _ session: Session
  ) throws {
    guard isDOT(parsed) else { return try options.show(try figure(), parsed, session) }
    try options.write(Array(dot().utf8), parsed, session)
  }

  private func isDOT(_ parsed: ParsedArguments) -> Bool {
    options.path(parsed)?.hasSuffix(".dot") ?? false
  }
}
