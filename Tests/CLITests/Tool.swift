import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The built `apus`, run as its own process.
enum Tool {
  struct Result {
    var output: String
    var messages: String
    /// Nil when a signal ended the process.
    var exitCode: Int32?
  }

  /// Beside the test bundle, in the folder that the build made.
  static let path: String = {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? executablePath
    return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/") + "/apus"
  }()

  private static var executablePath: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(count, 0)).map(UInt8.init), as: UTF8.self)
  }

  /// Runs `apus` through a shell, so that a test can say `>/dev/full` or `| head -1`. `$APUS` is
  /// the binary.
  static func shell(_ script: String) throws -> Result {
    let files = ["output", "messages"].map {
      "/tmp/apus-test-\(getpid())-\(UInt32.random(in: 0 ... .max))-\($0)"
    }
    defer {
      for file in files { unlink(file) }
    }
    let status = try spawn("( \(script)\n) >\(files[0]) 2>\(files[1]) </dev/null")
    let hasExited = status & 0x7F == 0
    return Result(
      output: try contents(of: files[0]), messages: try contents(of: files[1]),
      exitCode: hasExited ? (status >> 8) & 0xFF : nil)
  }

  static func run(_ arguments: String) throws -> Result { try shell("\"$APUS\" \(arguments)") }

  struct CannotRun: Error {
    var what: String
  }

  private static func spawn(_ script: String) throws -> Int32 {
    var arguments = cStrings(["/bin/bash", "-c", script])
    var variables = cStrings(["APUS=\(path)", "PATH=/usr/bin:/bin", "TERM=xterm"])
    defer {
      for text in arguments + variables { free(text) }
    }
    var child = pid_t()
    // Threads of a test may block signals, and a new process would inherit that.
    var attributes = posix_spawnattr_t()
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    guard posix_spawn(&child, "/bin/bash", nil, &attributes, &arguments, &variables) == 0 else {
      throw CannotRun(what: script)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1 {
      guard errno == EINTR else { throw CannotRun(what: script) }
    }
    return status
  }

  /// Copies with the nil that ends such a list in C; to be freed.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { text in strdup(text) } + [nil]
  }

  private static func contents(of path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw CannotRun(what: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
