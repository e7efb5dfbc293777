/// The shells that completions can be made for, from the same declarations as the help.
package enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  package func script(for commands: [any Subcommand]) -> String {
    switch self {
    case .bash: bashScript(for: commands)
    case .zsh: zshScript(for: commands)
    case .fish: fishScript(for: commands)
    }
  }
}

extension Subcommand {
  /// Options and flags, `--help` too.
  fileprivate var namedDeclarations: [Declaration] {
    arguments.map(\.declaration).filter { !$0.isPositional } + [
      Flag("help", help: "Show help.").declaration
    ]
  }

  /// What may stand at some place: the names of every positional, and whether files do.
  fileprivate var wordCompletions: [Completion] {
    arguments.map(\.declaration).filter(\.isPositional).map(\.completion)
  }
}

extension [Completion] {
  fileprivate var names: [String] {
    flatMap { completion -> [String] in
      if case .names(let names) = completion { names } else { [] }
    }
  }
}

/// Subcommands and the members of families: what options belong to.
private func flat(_ commands: [any Subcommand]) -> [any Subcommand] {
  commands.flatMap { [$0] + $0.members }
}

private func families(_ commands: [any Subcommand]) -> [any Subcommand] {
  commands.filter { !$0.members.isEmpty }
}

/// `plot curves` as the scripts know it.
private func key(_ command: any Subcommand) -> String {
  command.name.split(separator: " ").joined(separator: "-")
}

private func bashScript(for commands: [any Subcommand]) -> String {
  var cases: [String] = []
  for command in flat(commands) {
    for declaration in command.namedDeclarations where !declaration.placeholder.isEmpty {
      let action =
        switch declaration.completion {
        case .names(let names): "COMPREPLY=($(compgen -W '\(words(names))' -- \"$word\"))"
        case .files: "COMPREPLY=($(compgen -f -- \"$word\"))"
        case .nothing: "COMPREPLY=()"
        }
      cases.append("    \(key(command)):\(declaration.title)) \(action); return ;;")
    }
  }
  let lists = flat(commands).map { command in
    let options = command.namedDeclarations.map(\.title)
    let files = command.wordCompletions.contains(.files) ? " -f" : ""
    let list = words(options + command.wordCompletions.names + command.members.map(\.word))
    return "    \(key(command))) COMPREPLY=($(compgen\(files) -W '\(list)' -- \"$word\")) ;;"
  }
  return """
    # bash completion for apus
    _apus() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '\(words(commands.map(\.name) + ["--help", "--version"]))' -- "$word"))
        return
      fi
      local command=${COMP_WORDS[1]}
      case $command in
        \(familyPattern(commands))) [ "$COMP_CWORD" -eq 2 ] || command=$command-${COMP_WORDS[2]} ;;
      esac
      case $command:$before in
    \(cases.joined(separator: "\n"))
      esac
      case $command in
    \(lists.joined(separator: "\n"))
      esac
    }
    complete -o filenames -F _apus apus ./apus

    """
}

/// A pattern of `case` that the names of families match.
private func familyPattern(_ commands: [any Subcommand]) -> String {
  let names = families(commands).map(\.name)
  return names.isEmpty ? "''" : names.joined(separator: "|")
}

private func zshScript(for commands: [any Subcommand]) -> String {
  let summaries = commands.map { "    \(quoted("\($0.name):\($0.summary)"))" }
  let cases = flat(commands).map { command in
    let options = command.namedDeclarations.map { declaration in
      let help = escapedForZsh(declaration.help)
      let value = declaration.placeholder.isEmpty ? "" : zshValue(declaration)
      return quoted("\(declaration.title)[\(help)]\(value)")
    }
    let places = command.arguments.map(\.declaration).filter(\.isPositional).enumerated()
      .map { index, declaration in
        quoted((declaration.isRepeated ? "*" : "\(index + 1)") + zshValue(declaration))
      }
    let members = command.members.map(\.word)
    let names = members.isEmpty ? [] : [quoted("1:NAME:(\(words(members)))")]
    let rows = (options + places + names).map { "        \($0)" }.joined(separator: " \\\n")
    return "    \(key(command))) _arguments \\\n\(rows) ;;"
  }
  return """
    #compdef apus
    _apus() {
      local -a commands=(
    \(summaries.joined(separator: "\n"))
      )
      if (( CURRENT == 2 )); then
        _describe 'subcommand' commands
        return
      fi
      local command=$words[2]
      shift words
      (( CURRENT-- ))
      if [[ $command == (\(familyPattern(commands))) ]] && (( CURRENT > 2 )); then
        command=$command-$words[2]
        shift words
        (( CURRENT-- ))
      fi
      case $command in
    \(cases.joined(separator: "\n"))
      esac
    }
    compdef _apus apus

    """
}

private func zshValue(_ declaration: Declaration) -> String {
  let message = escapedForZsh(declaration.placeholder)
  return switch declaration.completion {
  case .names(let names): ":\(message):(\(words(names)))"
  case .files: ":\(message):_files"
  case .nothing: ":\(message):"
  }
}

private func fishScript(for commands: [any Subcommand]) -> String {
  var lines = ["# fish completion for apus", "complete -c apus -f"]
  for command in commands {
    lines.append(
      "complete -c apus -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))")
    for member in command.members {
      lines.append(
        "complete -c apus -n '\(fishCondition(command))' -a \(member.word)"
          + " -d \(quoted(member.summary))")
    }
  }
  for command in flat(commands) {
    let condition = "complete -c apus -n '\(fishCondition(command))'"
    for declaration in command.namedDeclarations {
      let value =
        switch declaration.completion {
        case .names(let names): " -x -a \(quoted(words(names)))"
        case .files: " -r -F"
        case .nothing: declaration.placeholder.isEmpty ? "" : " -x"
        }
      lines.append("\(condition) -l \(declaration.name)\(value) -d \(quoted(declaration.help))")
    }
    let names = command.wordCompletions.names
    if !names.isEmpty { lines.append("\(condition) -a \(quoted(words(names)))") }
    if command.wordCompletions.contains(.files) { lines.append("\(condition) -F") }
  }
  return lines.joined(separator: "\n") + "\n"
}

/// True once every word of the name stands on the line.
private func fishCondition(_ command: any Subcommand) -> String {
  command.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
    .joined(separator: "; and ")
}

private func words(_ names: [String]) -> String { names.joined(separator: " ") }

/// In single quotes, for all three shells.
private func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}

/// Brackets and colons divide the parts of what `_arguments` reads.
private func escapedForZsh(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    if "[]:\\".contains(character) { result.append("\\") }
    result.append(character)
  }
}
