internal import ApusFormats
internal import ApusGraph

/// The one place where an error becomes words and an exit code.
package struct ErrorReport: Sendable {
  /// Nil when nothing shall be said.
  package var message: String?
  package var exitCode: ExitCode

  package init(_ error: any Error, during command: String?) {
    switch error {
    case is Interrupted:
      self.init(nil, .interrupted)
    case let error as FileError where error.isClosedPipe:
      // Whoever read our output has what they wanted, as in `apus datasets | head -1`.
      self.init(nil, .otherFailure)
    case let error as any DiagnosableError:
      var text = error.description
      if error is UsageError {
        let page = ["apus", command, "--help"].compactMap { $0 }.joined(separator: " ")
        text += "\nTry \"\(page)\"."
      }
      self.init(text, ExitCode(error.kind))
    default:
      self.init("\(error)", .otherFailure)
    }
  }

  private init(_ message: String?, _ exitCode: ExitCode) {
    self.message = message
    self.exitCode = exitCode
  }
}
