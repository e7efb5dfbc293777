/// Who can mend a failure. The command line turns it into an exit code.
public enum ErrorKind: Sendable, Hashable, CaseIterable {
  /// A wrong argument: an unknown name, a value out of range. Exit code 64.
  case usage
  /// A file or data set whose content is wrong. Exit code 65.
  case badData
  /// Anything else: no space, no memory, no permission. Exit code 1.
  case other
}

/// An error that is written for people.
///
/// `description` says what is wrong, where, what was expected, what was found and what to try, and
/// starts in lower case, because a program's name and a colon may stand before it.
public protocol DiagnosableError: Error, CustomStringConvertible {
  var kind: ErrorKind { get }
}
