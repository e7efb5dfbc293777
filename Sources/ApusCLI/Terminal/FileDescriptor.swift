package import ApusFormats

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// One of the three streams that a process starts with.
package enum FileDescriptor: Int32, Sendable {
  case input = 0
  case output = 1
  case messages = 2

  /// A person at a terminal, not a file or a pipe.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Columns of the terminal; nil when it is none or does not say.
  package var width: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

  /// Lines of the terminal; nil when it is none or does not say.
  package var height: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

  private var size: winsize? {
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all bytes, or throws the system's reason.
  package func write(_ text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { systemWrite(rawValue, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        throw FileError(.write, self == .output ? "standard output" : "standard error", code: errno)
      }
    }
  }

  /// A stream that the caller closed would be given to the first file that is opened, and results
  /// would land in it. So each closed one becomes /dev/null opened the wrong way round, where
  /// reading or writing fails.
  package static func occupyClosedOnes() {
    for (descriptor, mode) in [(input, O_WRONLY), (output, O_RDONLY), (messages, O_RDWR)]
    where fcntl(descriptor.rawValue, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is taken, which is this one: the loop goes upwards.
      _ = open("/dev/null", mode)
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
