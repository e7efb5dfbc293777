internal import ApusExplain
internal import ApusFormats
internal import ApusGraph

/// `apus lesson list|DECK|ITEM`
struct LessonCommand: Subcommand {
  let name = "lesson"
  let summary = "Walk through the five lecture decks: what is said, the command, a question."
  let examples = [
    Example("lesson list", "every deck and its items"),
    Example("lesson 002.08", "one item: the neuron with 2.6"),
    Example("lesson 002.08 --answer 2.6", "says right, or names the likely mistake"),
    Example("lesson 004", "a whole deck, in its order"),
  ]
  let notes = [
    HelpNote(
      "Numbers",
      [
        "given: printed in the lecture. reconstructed: worked out from what it prints.",
        "ours: the lecture has none, or lost them. Documentation/Lessons.md has every item.",
      ])
  ]

  private let what = Positional(
    "WHAT", .text.named("list|DECK|ITEM"), help: "list, a deck as 002, or an item as 002.08.")
  private let answer = Option.optional(
    "answer", .text.named("ANSWER"), help: "Marks an answer to the question of an item.")
  private let run = Flag("run", help: "Also run commands that take long or need MNIST.")
  private let json = Flag("json", help: "Print JSON.")

  var arguments: [any Argument] { [what, answer, run, json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let word = try parsed.value(of: what)
    if word == "list" || Lessons.deck(word) != nil, parsed.isGiven(answer) {
      throw UsageError.conflict("--answer is for one item, as in apus lesson 002.08 --answer 2.6")
    }
    if word == "list" {
      return parsed[json]
        ? try session.output.print(Lessons.listJSON().text(indented: true))
        : try session.output.write(Lessons.listText())
    }
    if let deck = Lessons.deck(word) { return try walk(deck, parsed, session) }
    let item = try Lessons.item(word)
    if let answer = parsed[answer] { return try mark(answer, to: item, parsed, session) }
    let outputs = try outputs(of: item, parsed, session)
    try parsed[json]
      ? session.output.print(item.json(outputs: outputs).text(indented: true))
      : session.output.write(item.text(outputs: outputs))
  }

  private func walk(_ deck: LessonDeck, _ parsed: ParsedArguments, _ session: Session) throws {
    if parsed[json] {
      let items = try deck.items.map {
        $0.json(outputs: try outputs(of: $0, parsed, session))
      }
      let report: JSON = [
        "deck": .string(deck.id), "title": .string(deck.title),
        "notation": .string(deck.notation), "items": .array(items),
      ]
      return try session.output.print(report.text(indented: true))
    }
    try session.output.print("Deck \(deck.id): \(deck.title)\nNotation: \(deck.notation)")
    for item in deck.items {
      try session.output.write("\n" + item.text(outputs: outputs(of: item, parsed, session)))
    }
  }

  /// Nil where the commands are not to be run.
  private func outputs(
    of item: LessonItem, _ parsed: ParsedArguments, _ session: Session
  ) throws -> [String]? {
    guard item.slow == nil || parsed[run] else { return nil }
    return try LessonRun(session: session).outputs(of: item)
  }

  private func mark(
    _ answer: String, to item: LessonItem, _ parsed: ParsedArguments, _ session: Session
  ) throws {
    let mark = try item.question.mark(answer)
    if parsed[json] {
      let report: JSON = [
        "item": .string(item.id), "right": .bool(mark.isRight), "comment": .string(mark.comment),
      ]
      try session.output.print(report.text(indented: true))
    } else {
      try session.output.print(mark.comment)
    }
    if !mark.isRight { throw WrongAnswer(item: item.id) }
  }
}

/// An answer that is not right.
private struct WrongAnswer: DiagnosableError {
  let item: String

  var kind: ErrorKind { .other }
  var description: String { "the answer to \(item) is not right yet; apus lesson \(item) helps" }
}
