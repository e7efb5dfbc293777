package import ApusGraph

/// A command line that cannot be understood.
package enum UsageError: Error, Hashable, Sendable {
  case unknownSubcommand(String, known: [String])
  case unknownOption(String, known: [String])
  case repeated(String)
  case missingValue(option: String, placeholder: String, next: String?)
  case flagWithValue(String)
  case wrongValue(argument: String, expected: String, found: String, completion: Completion)
  case unexpected(String)
  case missing(String)
  /// What only the subcommand can see, such as two options that exclude each other.
  case conflict(String)
}

extension UsageError: DiagnosableError {
  package var kind: ErrorKind { .usage }

  package var description: String {
    switch self {
    case .unknownSubcommand(let name, let known):
      "there is no subcommand \"\(name)\"" + hint(name, known)
        + " The subcommands are " + known.joined(separator: ", ") + "."
    case .unknownOption(let name, let known):
      "there is no option \"\(name)\"" + hint(name, known)
    case .repeated(let title): "\(title) is given twice"
    case .missingValue(let option, let placeholder, let next?):
      "\(option) needs a value (\(placeholder)), but \"\(next)\" follows;"
        + " write \(option)=\(next) if that is the value"
    case .missingValue(let option, let placeholder, nil):
      "\(option) needs a value (\(placeholder)) after it"
    case .flagWithValue(let name): "--\(name) takes no value"
    case .wrongValue(let argument, let expected, let found, .names(let names)):
      "\(argument): expected \(expected); found \"\(found)\"" + hint(found, names)
    case .wrongValue(let argument, let expected, let found, _):
      "\(argument): expected \(expected); found \"\(found)\""
    case .unexpected(let word): "nothing is expected where \"\(word)\" stands"
    case .missing(let title): "\(title) is missing"
    case .conflict(let text): text
    }
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    known.contains(name)
      ? "." : closestMatch(to: name, in: known).map { ". Did you mean \"\($0)\"?" } ?? "."
  }
}
