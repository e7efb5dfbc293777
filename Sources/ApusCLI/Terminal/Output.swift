internal import ApusFormats

/// Where results go: standard output. A failure to write is an error, so that a full disk does
/// not look like success.
package struct Output: Sendable {
  /// Nil for standard output.
  private let text: CollectedText?

  package init() { text = nil }

  /// Keeps what is written instead, for lessons that show the output of other commands.
  package init(into text: CollectedText) { self.text = text }

  package func print(_ line: String) throws { try write(line + "\n") }

  package func write(_ more: String) throws {
    if let text { return text.append(more) }
    try FileDescriptor.output.write(more)
  }
}

/// Where everything else goes: progress, notes, warnings. When it cannot be written, nobody can be
/// told, so a failure is passed over.
package struct Messages: Sendable {
  package init() {}

  package func print(_ line: String) { write(line + "\n") }

  package func write(_ text: String) { try? FileDescriptor.messages.write(text) }

  package var isTerminal: Bool { FileDescriptor.messages.isTerminal }
}
