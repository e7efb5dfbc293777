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
  ]
  let notes: [HelpNote] = []

  private let what = Positional.optional(
    "WHAT", .text.named("EXPRESSION"), help: "An expression as people write mathematics.")
  private let at = Option.optional(
    "at", .text.named("NAME=VALUE,…"), help: "Values of the names: numbers, [1,2], [[1,2],[3,4]].")
  private let parameters = Option.optional(
    "parameters", .text.named("NAME,…"), shown: "those named as weights are, else all",
    help: "The names that count as parameters.")
  private let section = Option.optional(
    "section", .name(of: ExplanationSection.allCases.map(\.rawValue)), shown: "all",
    help: "One part alone.")
  private let format = Option(
    "format", .name(of: ["text", "json"]), default: "text", help: "How it is written.")
  private let digits = Option(
    "digits", .integer(in: 1...17), default: 6, help: "Digits after the point, in text.")
  private let learningRate = Option(
    "lr", .positive, default: 0.1, help: "Learning rate of the step that is shown.")

  var arguments: [any Argument] {
    [what, at, parameters, section, format, digits, learningRate]
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    guard let text = try parsed.value(of: what) else {
      throw UsageError.missing(what.declaration.title)
    }
    let names = parsed[parameters].map { $0.split(separator: ",").map { String($0).trimmed } }
    let expression = try Expression(text, at: parsed[at] ?? "", parameters: names)
    let explanation = try expression.explanation(
      options: ExplanationOptions(learningRate: parsed[learningRate]))
    let sections =
      parsed[section].flatMap { ExplanationSection(rawValue: $0) }.map { [$0] }
      ?? ExplanationSection.allCases
    switch parsed[format] {
    case "json": try session.output.print(explanation.json(sections: sections).text(indented: true))
    default:
      try session.output.write(
        explanation.text(sections: sections, style: NumberStyle(digits: parsed[digits])))
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
