#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Colours for people: only on a terminal that knows them, and never against the user's wish
/// (`NO_COLOR`, https://no-color.org).
package struct Style: Sendable {
  package enum Colour: Int, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
  }

  package let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  package static func of(_ stream: FileDescriptor) -> Style {
    let terminal = environmentVariable("TERM") ?? ""
    return Style(
      isColoured: stream.isTerminal && terminal != "dumb"
        && (environmentVariable("NO_COLOR") ?? "").isEmpty)
  }

  package func callAsFunction(_ text: String, _ colour: Colour) -> String {
    isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// The value of an environment variable; nil when it is not set.
package func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
