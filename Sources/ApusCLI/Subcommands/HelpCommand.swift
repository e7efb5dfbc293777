/// `apus help [SUBCOMMAND]`
struct HelpCommand: Subcommand {
  let name = "help"
  let summary = "Show help for a subcommand."
  let examples = [Example("help doctor", "what doctor does")]
  let notes: [HelpNote] = []

  private let topic = Positional.optional(
    "SUBCOMMAND", .text, help: "Which one; without it, the list of them.")
  var arguments: [any Argument] { [topic] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    guard let topic = try parsed.value(of: topic) else {
      return try session.output.write(Help.overview(of: Application.subcommands))
    }
    let command = try Application.subcommand(named: topic)
    try session.output.write(Help.page(of: command))
  }
}
