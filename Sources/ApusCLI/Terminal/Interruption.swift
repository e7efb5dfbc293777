internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Ctrl-C (SIGINT) and SIGTERM for work that has something to save.
///
/// The first signal asks for a stop at the next safe point, the second one ends the process at
/// once. Work that saves nothing never installs the handlers, so there the first one ends it.
package enum Interruption {
  /// How many signals came. A signal handler can reach nothing but a global, and an atomic is one of
  /// the few things that it may touch.
  private static let count = Atomic<Int>(0)

  /// Starts listening. The closure answers whether a stop was asked for; ask it between steps.
  package static func listen() -> @Sendable () -> Bool {
    // Made here, so that the handler does not run its lazy initialisation.
    _ = count.load(ordering: .relaxed)
    for signalNumber in [SIGINT, SIGTERM] {
      var action = sigaction()
      #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = Interruption.handle
      #else
      action.__sigaction_handler.sa_handler = Interruption.handle
      #endif
      action.sa_flags = SA_RESTART
      sigaction(signalNumber, &action, nil)
    }
    return { count.load(ordering: .relaxed) > 0 }
  }

  /// Only what POSIX calls async-signal-safe happens here: an atomic, write, _exit.
  private static let handle: @convention(c) (Int32) -> Void = { _ in
    if count.add(1, ordering: .relaxed).oldValue > 0 { _exit(ExitCode.interrupted.rawValue) }
    let text: StaticString = "\nStopping at the next safe point. Ctrl-C again ends at once.\n"
    _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
  }

  /// A reader of our output that goes away shall be an error of `write`, not the end of the process.
  package static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }
}
