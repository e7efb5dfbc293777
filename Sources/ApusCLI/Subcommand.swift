/// A part of the command line tool: what it is called, what it takes, what it does.
///
/// A conforming type holds its options as stored properties, lists them in ``arguments`` and asks
/// the parsed command line for their values. Help, completions and errors follow from that.
package protocol Subcommand: Sendable {
  /// As typed after `apus`: `train`, or `plot curves` for a member of a family.
  var name: String { get }
  /// One line, for the list of subcommands.
  var summary: String { get }
  /// Shown first in the help.
  var examples: [Example] { get }
  /// In the order in which the help shows them.
  var arguments: [any Argument] { get }
  /// Lists that a page of help ends with: names of losses, a grammar.
  var notes: [HelpNote] { get }

  /// What a family such as `plot` consists of; empty for a subcommand that works itself.
  var members: [any Subcommand] { get }

  /// Does the work; results go to `session.output`, everything else to `session.messages`.
  func run(_ parsed: ParsedArguments, in session: Session) throws
}

extension Subcommand {
  package var members: [any Subcommand] { [] }

  /// The last word of the name: `curves` of `plot curves`.
  package var word: String { name.split(separator: " ").last.map(String.init) ?? name }
}

/// A subcommand that is only the name of several others: `apus plot curves`, `apus plot weights`.
package protocol SubcommandFamily: Subcommand {}

extension SubcommandFamily {
  package var arguments: [any Argument] { [] }
  package var notes: [HelpNote] { [] }

  package func run(_ parsed: ParsedArguments, in session: Session) throws {
    throw UsageError.missing("the word after \(name)")
  }
}

package struct Example: Sendable {
  /// Without the leading `apus`.
  package var command: String
  package var explanation: String

  package init(_ command: String, _ explanation: String) {
    self.command = command
    self.explanation = explanation
  }
}

package struct HelpNote: Sendable {
  package var title: String
  package var lines: [String]

  package init(_ title: String, _ lines: [String]) {
    self.title = title
    self.lines = lines
  }
}

/// What a subcommand may talk to.
package struct Session: Sendable {
  package var output: Output
  package var messages: Messages

  package init(output: Output, messages: Messages) {
    self.output = output
    self.messages = messages
  }
}
