#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Texts that are compared with files under version control.
///
/// Run the tests with `APUS_UPDATE_GOLDEN=1` in the environment to write the files anew, then read
/// the change before committing it.
public enum Golden {
  /// Throws ``GoldenMismatch`` unless the file `name`, in the folder `Golden` beside the calling
  /// source file, holds `text`.
  public static func expect(
    _ text: String, named name: String, beside source: StaticString = #filePath
  ) throws {
    let source = source.description
    let folder = source.prefix(upTo: source.lastIndex(of: "/") ?? source.startIndex) + "/Golden"
    let path = "\(folder)/\(name)"
    if getenv("APUS_UPDATE_GOLDEN") != nil {
      mkdir(String(folder), 0o755)
      guard write(text, to: path) else {
        throw GoldenMismatch(path: path, line: 0, found: "", expected: "a file to write to")
      }
      return
    }
    let expected = read(path)
    if expected == text { return }
    throw firstDifference(path, text, expected ?? "")
  }

  private static func firstDifference(
    _ path: String, _ text: String, _ expected: String
  ) -> GoldenMismatch {
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
    for line in 0..<max(found.count, wanted.count) {
      let left = line < found.count ? String(found[line]) : "the end"
      let right = line < wanted.count ? String(wanted[line]) : "the end"
      if left != right {
        return GoldenMismatch(path: path, line: line + 1, found: left, expected: right)
      }
    }
    return GoldenMismatch(path: path, line: 0, found: text, expected: expected)
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) -> Bool {
    guard let file = fopen(path, "wb") else { return false }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && written == bytes.count
  }
}

/// The first line in which a text differs from its golden file.
public struct GoldenMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let line: Int
  public let found: String
  public let expected: String

  public init(path: String, line: Int, found: String, expected: String) {
    self.path = path
    self.line = line
    self.found = found
    self.expected = expected
  }

  public var description: String {
    "\(path), line \(line): expected \"\(expected)\", found \"\(found)\"; "
      + "if the new text is right, run the tests with APUS_UPDATE_GOLDEN=1"
  }
}
