internal import Apus
internal import ApusExplain
internal import ApusFormats

/// What `apus explain` shows in place of the sections: the digits of slides, paths, the derivation, a
/// worksheet.
struct ExplainView {
  let slide = Option.optional(
    "slide", .integer(in: 1...9).named("D"), shown: "off",
    help: "Beside each number what D digits print, rounded and truncated.")
  let carry = Flag(
    "carry", help: "With --slide: compute again with rounded numbers; show where answers depart.")
  let paths = Option.optional(
    "paths", .text.named("NAME"), shown: "off",
    help: "Every path from a parameter to the result; their products add up to its gradient.")
  let derivation = Flag("derivation", help: "The chain rule in symbols, as text and LaTeX.")
  let worksheet = Flag(
    "worksheet", help: "Blanks in place of numbers; with --format json the file for --check.")
  let check = Option.optional(
    "check", .path.named("FILE.json"), shown: "off",
    help: "Mark the answers of a worksheet and name the likely mistakes.")

  let odds = Flag(
    "odds", help: "Of a model without hidden layers: its weights as odds ratios.")

  var arguments: [any Argument] { [slide, carry, paths, derivation, worksheet, check, odds] }

  /// Whether one of them is asked for.
  func isGiven(_ parsed: ParsedArguments) throws -> Bool {
    if parsed[carry], parsed[slide] == nil {
      throw UsageError.conflict("--carry is for --slide D: to how many digits?")
    }
    let chosen = [slide, paths, derivation, worksheet, check, odds] as [any Argument]
    let count = chosen.filter { parsed.isGiven($0) }.count
    guard count <= 1 else {
      throw UsageError.conflict(
        "--slide, --paths, --derivation, --worksheet, --check and --odds stand alone; give one of them"
      )
    }
    return count == 1
  }

  /// The option that is given, as errors name it.
  func title(_ parsed: ParsedArguments) -> String {
    arguments.first { parsed.isGiven($0) }?.declaration.title ?? ""
  }

  /// Prints what is asked for.
  ///
  /// - Parameter format: `text`, `markdown` or `json`.
  func run(
    _ what: SubjectOptions, _ options: ExplanationOptions, _ parsed: ParsedArguments,
    format: String, _ style: NumberStyle, in session: Session
  ) throws {
    func show(
      _ name: String, _ json: @autoclosure () -> JSON, _ text: @autoclosure () -> String,
      _ markdown: @autoclosure () -> String
    ) throws {
      switch format {
      case "json":
        let members: [JSON.Member] = [
          .init("format", "apus-explain"), .init("version", 1), .init(name, json()),
        ]
        try session.output.print(JSON.object(members).text(indented: true))
      case "markdown": try session.output.write(markdown())
      default: try session.output.write(text())
      }
    }
    if parsed[odds] {
      let view = try what.oddsRatios(parsed)
      return try show("odds", view.json, view.text(style: style), view.markdown(style: style))
    }
    let subject = try what.subject(parsed)
    if let digits = parsed[slide] {
      let view = try SlideView(subject, digits: digits, carries: parsed[carry])
      try show("slide", view.json, view.text(style: style), view.markdown(style: style))
    } else if let name = parsed[paths] {
      let view = try PathView(subject, from: name)
      try show("paths", view.json, view.text(style: style), view.markdown(style: style))
    } else if parsed[derivation] {
      let view = try Derivation(subject)
      try show(
        "derivation", view.json, view.text(style: style) + "\nLATEX\n" + view.latex,
        view.markdown(style: style))
    } else if parsed[worksheet] {
      let sheet = try Worksheet(subject, learningRate: options.learningRate)
      if format == "json" {
        try session.output.print(sheet.template.text(indented: true))
      } else {
        try show("", .null, sheet.text(style: style), sheet.markdown(style: style))
      }
    } else if let path = parsed[check] {
      let sheet = try Worksheet(subject, learningRate: options.learningRate)
      let marks = try sheet.marks(try JSON(parsing: try File.read(path)))
      try show(
        "marks", .array(marks.map(\.json)), AnswerMark.text(marks), AnswerMark.markdown(marks))
      let right = marks.count { $0.verdict == .right }
      guard right == marks.count else { throw WrongAnswers(right: right, answers: marks.count) }
    }
  }
}
