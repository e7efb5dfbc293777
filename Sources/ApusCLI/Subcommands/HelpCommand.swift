/// `apus help [SUBCOMMAND]`
struct HelpCommand: Subcommand {
  let name = "help"
  let summary = "Show help for a subcommand."
  let examples = [Example("help doctor", "what doctor does")]
  let notes: [HelpNote] = []

  private let topic = Positional.optional(
    "SUBCOMMAND", .text, help: "Which one; without it, the list of them.")
  private let member = Positional.optional(
    "NAME", .text, help: "Of a family such as plot, which one.")
  var arguments: [any Argument] { [topic, member] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    guard let topic = try parsed.value(of: topic) else {
      return try session.output.write(Help.overview(of: Application.subcommands))
    }
    var command = try Application.subcommand(named: topic)
    if let word = try parsed.value(of: member) { command = try command.member(named: word) }
    try session.output.write(Help.page(of: command))
  }
}
