/// Something that may stand on the command line of a subcommand: ``Option``, ``Flag``,
/// ``Positional`` or ``PositionalList``.
package protocol Argument: Sendable {
  var declaration: Declaration { get }
  /// The value of a word, or the error that names what was expected.
  func value(of word: String) throws(UsageError) -> any Sendable
}

/// What help, completions and the parser need to know, whatever the type of the value.
package struct Declaration: Sendable {
  package enum Role: Sendable {
    /// `--name VALUE`
    case option
    /// `--name`
    case flag
    /// `NAME`, by its place.
    case positional(isRequired: Bool)
  }

  package var name: String
  package var role: Role
  package var help: String
  package var placeholder: String
  package var defaultText: String?
  package var completion: Completion
  /// Whether it takes all the words that are left.
  package var isRepeated = false

  /// As errors name it: `--epochs` or `DATA`.
  package var title: String {
    if case .positional = role { name } else { "--" + name }
  }
}

/// `--name VALUE`, with a value of its own when it is not given.
package struct Option<Value: Sendable>: Argument {
  package let declaration: Declaration
  package let type: ArgumentType<Value>
  package let absent: Value

  /// An option with a default, which the help shows.
  package init(
    _ name: String, _ type: ArgumentType<Value>, default value: Value, help: String
  ) where Value: CustomStringConvertible {
    self.init(name, type, absent: value, shown: value.description, help: help)
  }

  private init(
    _ name: String, _ type: ArgumentType<Value>, absent: Value, shown: String?, help: String
  ) {
    declaration = Declaration(
      name: name, role: .option, help: help, placeholder: type.placeholder, defaultText: shown,
      completion: type.completion)
    self.type = type
    self.absent = absent
  }

  /// An option that is nil when it is not given. `shown` says in the help what happens then.
  package static func optional<T>(
    _ name: String, _ type: ArgumentType<T>, shown: String? = nil, help: String
  ) -> Option where Value == T? {
    Option(name, type.mapped { $0 }, absent: nil, shown: shown, help: help)
  }

  package func value(of word: String) throws(UsageError) -> any Sendable {
    try declaration.value(of: word, as: type)
  }
}

/// `--name`
package struct Flag: Argument {
  package let declaration: Declaration

  package init(_ name: String, help: String) {
    declaration = Declaration(
      name: name, role: .flag, help: help, placeholder: "", defaultText: nil, completion: .nothing)
  }

  package func value(of word: String) throws(UsageError) -> any Sendable {
    throw .flagWithValue(declaration.name)
  }
}

/// A word that is known by its place, as `DATA` in `apus train DATA`.
package struct Positional<Value: Sendable>: Argument {
  package let declaration: Declaration
  package let type: ArgumentType<Value>
  /// What stands for a word that was left out; nil when the word is required.
  let absent: Value?

  package init(_ name: String, _ type: ArgumentType<Value>, help: String) {
    self.init(name, type, absent: nil, help: help)
  }

  private init(_ name: String, _ type: ArgumentType<Value>, absent: Value?, help: String) {
    declaration = Declaration(
      name: name, role: .positional(isRequired: absent == nil), help: help, placeholder: name,
      defaultText: nil, completion: type.completion)
    self.type = type
    self.absent = absent
  }

  /// A word that may be left out. Stands after the required ones.
  package static func optional<T>(
    _ name: String, _ type: ArgumentType<T>, help: String
  ) -> Positional where Value == T? {
    Positional(name, type.mapped { $0 }, absent: .some(nil), help: help)
  }

  package func value(of word: String) throws(UsageError) -> any Sendable {
    try declaration.value(of: word, as: type)
  }
}

/// Any number of words at the end, also none, as `WORKLOAD…` in `apus bench WORKLOAD…`.
package struct PositionalList<Value: Sendable>: Argument {
  package let declaration: Declaration
  package let type: ArgumentType<Value>

  package init(_ name: String, _ type: ArgumentType<Value>, help: String) {
    declaration = Declaration(
      name: name, role: .positional(isRequired: false), help: help, placeholder: name,
      defaultText: nil, completion: type.completion, isRepeated: true)
    self.type = type
  }

  package func value(of word: String) throws(UsageError) -> any Sendable {
    try declaration.value(of: word, as: type)
  }
}

extension Declaration {
  fileprivate func value<Value>(
    of word: String, as type: ArgumentType<Value>
  ) throws(UsageError) -> Value {
    switch type.read(word) {
    case .value(let value): return value
    case .expected(let what):
      throw .wrongValue(argument: title, expected: what, found: word, completion: completion)
    }
  }
}
