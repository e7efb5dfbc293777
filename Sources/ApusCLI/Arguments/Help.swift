/// Pages of help, made from the declarations alone.
package enum Help {
  /// The page of one subcommand: use, examples, arguments, options, notes.
  package static func page(of command: any Subcommand) -> String {
    let declarations = command.arguments.map(\.declaration)
    let positionals = declarations.filter(\.isPositional)
    let options = declarations.filter { !$0.isPositional }
    var sections = [command.summary]
    sections.append(section("Examples", rows: command.examples.map { example(of: $0) }))
    sections.append("Usage: " + usage(of: command))
    sections.append(section("Arguments", rows: positionals.map { ($0.name, $0.help) }))
    let members = command.members.map { ($0.name, $0.summary) }
    sections.append(section("Subcommands", rows: members))
    let help = ("--help", "Show this page.")
    sections.append(section("Options", rows: options.map { ($0.synopsis, $0.fullHelp) } + [help]))
    sections += command.notes.map { note in
      ([note.title + ":"] + note.lines.flatMap(hanging)).joined(separator: "\n")
    }
    if !command.members.isEmpty {
      sections.append("apus help \(command.name) NAME tells more about one of them.")
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// The page that `apus help` shows.
  package static func overview(of commands: [any Subcommand]) -> String {
    let examples = commands.compactMap { $0.examples.first }.map { example(of: $0) }
    return [
      "Neural networks that you can see through.",
      section("Examples", rows: examples),
      "Usage: apus SUBCOMMAND …",
      section("Subcommands", rows: commands.map { ($0.name, $0.summary) }),
      section(
        "Options",
        rows: [("--help", "Show this page."), ("--version", "Show the version.")]),
      "apus help SUBCOMMAND tells more about one of them.",
    ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  static func usage(of command: any Subcommand) -> String {
    let declarations = command.arguments.map(\.declaration)
    var words = ["apus", command.name]
    if !command.members.isEmpty { words.append("NAME …") }
    for declaration in declarations {
      guard case .positional(let isRequired) = declaration.role else { continue }
      let name = declaration.name + (declaration.isRepeated ? "…" : "")
      words.append(isRequired ? name : "[\(name)]")
    }
    if declarations.contains(where: { !$0.isPositional }) { words.append("[options]") }
    return words.joined(separator: " ")
  }

  private static func example(of example: Example) -> (String, String) {
    ("apus " + example.command, example.explanation)
  }

  /// Two columns; a long left side pushes the right one to the next line. Lines end before 100.
  private static func section(_ title: String, rows: [(left: String, right: String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let limit = 38
    let column = min(rows.map(\.left.count).max() ?? 0, limit) + 4
    var lines = [title + ":"]
    for (left, right) in rows {
      let text = wrapped(right, width: 98 - column)
      let gap = column - 2 - left.count
      if gap < 2 {
        lines.append("  " + left)
        lines += text.map { String(repeating: " ", count: column) + $0 }
      } else {
        lines.append("  " + left + String(repeating: " ", count: gap) + (text.first ?? ""))
        lines += text.dropFirst().map { String(repeating: " ", count: column) + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A line of a note; what does not fit goes on further in.
  private static func hanging(_ line: String) -> [String] {
    wrapped(line, width: 94).enumerated().map { ($0 == 0 ? "  " : "      ") + $1 }
  }

  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension Declaration {
  var isPositional: Bool {
    if case .positional = role { true } else { false }
  }

  /// `--epochs N`
  var synopsis: String { placeholder.isEmpty ? title : title + " " + placeholder }

  /// The help, the names to choose from and the default.
  var fullHelp: String {
    var text = help
    if case .names(let names) = completion {
      text += " One of " + names.joined(separator: ", ") + "."
    }
    if let defaultText { text += " Default: \(defaultText)." }
    return text
  }
}
