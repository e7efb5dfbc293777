package import ApusGraph

/// What scripts may rely on.
package enum ExitCode: Int32, Sendable {
  case success = 0
  case otherFailure = 1
  case usage = 64
  case badData = 65
  case interrupted = 130

  package init(_ kind: ErrorKind) {
    switch kind {
    case .usage: self = .usage
    case .badData: self = .badData
    case .other: self = .otherFailure
    }
  }
}

/// Thrown by a subcommand that was asked to stop, after it has saved what there is.
package struct Interrupted: Error {
  package init() {}
}
