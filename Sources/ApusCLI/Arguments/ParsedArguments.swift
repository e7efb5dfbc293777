/// The values of one command line. Ask with the declaration: `parsed[epochs]`.
package struct ParsedArguments: Sendable {
  private var values: [String: any Sendable] = [:]
  /// Whether `--help` stands among the words.
  package internal(set) var asksForHelp = false

  init() {}

  mutating func set(_ value: any Sendable, for argument: any Argument) throws(UsageError) {
    let title = argument.declaration.title
    guard values[title] == nil else { throw .repeated(title) }
    values[title] = value
  }

  mutating func add(_ value: any Sendable, for argument: any Argument) {
    let title = argument.declaration.title
    values[title] = (values[title] as? [any Sendable] ?? []) + [value]
  }

  package func isGiven(_ argument: any Argument) -> Bool {
    values[argument.declaration.title] != nil
  }

  package subscript<Value>(option: Option<Value>) -> Value {
    values[option.declaration.title] as? Value ?? option.absent
  }

  package subscript(flag: Flag) -> Bool { isGiven(flag) }

  /// In the order in which they were given.
  package subscript<Value>(list: PositionalList<Value>) -> [Value] {
    (values[list.declaration.title] as? [any Sendable] ?? []).compactMap { $0 as? Value }
  }

  /// Throws when a required word was left out.
  package func value<Value>(of positional: Positional<Value>) throws(UsageError) -> Value {
    if let value = values[positional.declaration.title] as? Value { return value }
    guard let absent = positional.absent else { throw .missing(positional.declaration.title) }
    return absent
  }
}

extension ParsedArguments {
  /// Throws when one of these is given: they make no sense beside what else is.
  package func refuse(_ options: [any Argument], beside what: String) throws(UsageError) {
    for option in options where isGiven(option) {
      throw .conflict("\(option.declaration.title) cannot stand beside \(what)")
    }
  }
}
