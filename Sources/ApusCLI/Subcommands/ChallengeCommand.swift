internal import Apus
internal import ApusExplain

/// `apus challenge 1…5`
struct ChallengeCommand: Subcommand {
  let name = "challenge"
  let summary = "The five programming tasks of lecture deck 003: print one, or mark answers."
  let examples = [
    Example("challenge 3", "the task and the data to do it with"),
    Example("challenge 3 --starter > answers.json", "the file to fill in, where null stands"),
    Example("challenge 3 --sizes 4,5,3,2 --starter", "for a network of your own"),
    Example("challenge 3 --check answers.json", "marks each answer and names the likely mistake"),
  ]
  var notes: [HelpNote] {
    [HelpNote("Challenges", Challenges.all.map { "\($0.number)  \($0.title)" })]
  }

  private let number = Positional(
    "N", .integer(in: 1...5).named("N"), help: "Which one, 1 to 5.")
  private let check = Option.optional(
    "check", .path.named("FILE.json"), help: "Mark a starter that has been filled in.")
  private let starter = Flag("starter", help: "Print the file to fill in and nothing else.")
  private let sizes = Option.optional(
    "sizes", .counts, shown: "2,3,1 and 3,4,2,2", help: "Sizes of the layers, the input's first.")
  private let seed = Option("seed", .seed, default: 0, help: "The numbers are drawn from it.")
  private let json = Flag("json", help: "With --check: print one JSON object.")

  var arguments: [any Argument] { [number, check, starter, sizes, seed, json] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let challenge = try Challenges.number(try parsed.value(of: number))
    if let path = parsed[check] {
      try parsed.refuse(
        [starter, sizes, seed], beside: "--check, which takes the data from the file")
      return try mark(path, challenge, asJSON: parsed[json], session)
    }
    if parsed[json] { throw UsageError.conflict("--json is for --check") }
    let text = try Challenges.starter(of: challenge, sizes: parsed[sizes], seed: parsed[seed])
      .text(indented: true)
    if parsed[starter] { return try session.output.print(text) }
    try session.output.print("Challenge \(challenge.number): \(challenge.title)\n")
    for line in challenge.task { try session.output.print(line) }
    try session.output.print(
      "\nThe data; fill in what is null, in a copy from --starter, and mark it with --check:\n")
    try session.output.print(text)
  }

  private func mark(
    _ path: String, _ challenge: any Challenge, asJSON: Bool, _ session: Session
  ) throws {
    let marks = try Challenges.marks(
      of: try JSON(parsing: try File.read(path)), for: challenge)
    let right = marks.count { $0.verdict == .right }
    if asJSON {
      let report: JSON = [
        "challenge": .integer(challenge.number), "right": .integer(right),
        "answers": .integer(marks.count), "marks": .array(marks.map(\.json)),
      ]
      try session.output.print(report.text(indented: true))
    } else {
      for mark in marks {
        try session.output.print(
          "\(mark.place)  \(mark.name): \(mark.verdict.rawValue); \(mark.comment)")
      }
      try session.output.print("\(right) of \(marks.count) answers are right")
    }
    guard right == marks.count else { throw WrongAnswers(right: right, answers: marks.count) }
  }
}
