/// `apus completions SHELL`
struct CompletionsCommand: Subcommand {
  let name = "completions"
  let summary = "Print a script that completes apus commands in your shell."
  let examples = [
    Example("completions bash > ~/.local/share/bash-completion/completions/apus", "for bash"),
    Example("completions zsh > ~/.zfunc/_apus", "for zsh, where ~/.zfunc is in fpath"),
    Example("completions fish > ~/.config/fish/completions/apus.fish", "for fish"),
  ]
  let notes: [HelpNote] = []

  private let shell = Positional(
    "SHELL", .name(of: Shell.allCases.map(\.rawValue)), help: "Which shell.")
  var arguments: [any Argument] { [shell] }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    guard let shell = Shell(rawValue: try parsed.value(of: shell)) else { return }
    try session.output.write(shell.script(for: Application.subcommands))
  }
}
