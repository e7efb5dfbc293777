internal import Apus

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// This program as a process of its own.
enum ChildProcess {
  struct Result {
    var output: String
    /// Nil when a signal ended it.
    var exitCode: Int32?
    /// Its largest resident memory.
    var peakBytes: Int
  }

  /// Runs `apus WORDS` to its end. Its messages go nowhere.
  static func run(_ words: [String]) throws -> Result {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let output = folder.path + "/output"
    let process = try spawn(words, output: output)
    var (status, usage) = (Int32(), rusage())
    while wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw BenchError("the process of apus was lost") }
    }
    return Result(
      output: String(decoding: try File.read(output), as: UTF8.self),
      exitCode: status & 0x7F == 0 ? (status >> 8) & 0xFF : nil,
      peakBytes: Int(usage.ru_maxrss) * memoryUnit)
  }

  /// The largest resident memory of this process so far.
  static var ownPeakBytes: Int {
    var usage = rusage()
    #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #endif
    return Int(usage.ru_maxrss) * memoryUnit
  }

  /// In which `ru_maxrss` is counted, in bytes.
  private static var memoryUnit: Int {
    #if canImport(Darwin)
    1
    #else
    1024
    #endif
  }

  private static func spawn(_ words: [String], output: String) throws -> pid_t {
    var arguments: [UnsafeMutablePointer<CChar>?] = (["apus"] + words).map { strdup($0) }
    defer { for pointer in arguments { free(pointer) } }
    arguments.append(nil)
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    let code = posix_spawn(&process, try path, &actions, nil, arguments, environ)
    guard code == 0 else {
      throw BenchError("apus cannot start itself: \(String(cString: strerror(code)))")
    }
    return process
  }

  /// The file of the running program, even when it has been replaced since.
  private static var path: String {
    get throws {
      if File.kind("/proc/self/exe") != nil { return "/proc/self/exe" }
      guard let path = CommandLine.arguments.first, path.contains("/") else {
        throw BenchError("apus does not know its own path here; call it with its path")
      }
      return path
    }
  }
}
