/// Reads the words after a subcommand's name.
///
/// `--name value`, `--name=value`, flags, words by place, `--` (what follows is no option) and
/// negative numbers as values are understood. Nothing may be given twice.
package struct ArgumentParser {
  private let named: [String: any Argument]
  private var positionals: ArraySlice<any Argument>
  private var parsed = ParsedArguments()

  private init(_ arguments: [any Argument]) {
    var named: [String: any Argument] = [:]
    var positionals: [any Argument] = []
    for argument in arguments {
      if case .positional = argument.declaration.role {
        positionals.append(argument)
      } else {
        named[argument.declaration.name] = argument
      }
    }
    self.named = named
    self.positionals = positionals[...]
  }

  package static func parse(
    _ words: [String], for arguments: [any Argument]
  ) throws(UsageError) -> ParsedArguments {
    var parser = ArgumentParser(arguments)
    try parser.read(words)
    return parser.parsed
  }

  private mutating func read(_ words: [String]) throws(UsageError) {
    // Help must come however wrong the rest is.
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      parsed.asksForHelp = true
      return
    }
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { try take(word) }
        break
      } else if isOptionLike(word) {
        try takeOption(word, &rest)
      } else {
        try take(word)
      }
    }
    for case let argument in positionals {
      if case .positional(isRequired: true) = argument.declaration.role {
        throw .missing(argument.declaration.title)
      }
    }
  }

  /// `-` is standard input and `-0.5` a number; every other word with a dash in front is an option.
  private func isOptionLike(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private mutating func take(_ word: String) throws(UsageError) {
    guard let argument = positionals.first else { throw .unexpected(word) }
    if argument.declaration.isRepeated {
      return try parsed.add(argument.value(of: word), for: argument)
    }
    positionals.removeFirst()
    try parsed.set(argument.value(of: word), for: argument)
  }

  private mutating func takeOption(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let title = String(parts[0])
    guard title.hasPrefix("--"), let argument = named[String(title.dropFirst(2))] else {
      throw .unknownOption(title, known: (named.keys + ["help"]).sorted().map { "--" + $0 })
    }
    if parts.count == 2 {
      try parsed.set(argument.value(of: String(parts[1])), for: argument)
    } else if case .flag = argument.declaration.role {
      try parsed.set(true, for: argument)
    } else {
      guard let value = rest.first, !isOptionLike(value) else {
        throw .missingValue(
          option: title, placeholder: argument.declaration.placeholder, next: rest.first)
      }
      rest.removeFirst()
      try parsed.set(argument.value(of: value), for: argument)
    }
  }
}
