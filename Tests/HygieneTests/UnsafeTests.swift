import Testing

/// Memory safety is given up in few files, each with a reason.
struct UnsafeTests {
  @Test func everyUnsafeFileHasAReason() throws {
    let pattern =
      #/\bUnsafe\w*|\bunsafeBitCast\b|\bunsafeDowncast\b|@unchecked\s+Sendable|nonisolated\(unsafe\)|\bUnmanaged\b|\.unsafelyUnwrapped\b|\bwithUnsafe\w+/#
      // Unicode sees one word in `data.withUnsafeBytes`; code has two.
      .wordBoundaryKind(.simple)
    var found: Set<String> = []
    for path in Repository.files(under: "Sources", withExtension: ["swift"]) {
      let code = SwiftScanner.code(of: try Repository.text(of: path))
      if code.firstMatch(of: pattern) != nil { found.insert(path) }
    }
    let complaints = try ExceptionList("Unsafe.txt").complaints(
      found: found, advice: "unsafe code; find a safe way")
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }
}
