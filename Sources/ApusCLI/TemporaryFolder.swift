internal import ApusFormats

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A new folder for files that nobody keeps.
struct TemporaryFolder {
  let path: String

  init() throws {
    let base = environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    for attempt in 0..<1000 {
      let path = "\(base)/apus-\(getpid())-\(attempt)"
      if try File.makeNewFolder(path) {
        self.path = path
        return
      }
    }
    throw FileError(.create, base + "/apus-\(getpid())", code: EEXIST)
  }

  /// With all that is in it.
  func remove() { Self.remove(path) }

  private static func remove(_ folder: String) {
    for name in (try? File.list(folder)) ?? [] {
      let path = folder + "/" + name
      if unlink(path) != 0 { remove(path) }
    }
    rmdir(folder)
  }
}
