/// A file of allowed exceptions, one a line: `what: the reason`. Lines that start with # are
/// comments. A reason is required, and an entry that is no longer needed fails the tests.
struct ExceptionList {
  let path: String
  private(set) var reasons: [String: String] = [:]
  private(set) var malformed: [String] = []

  init(_ name: String) throws {
    path = "Tests/HygieneTests/Exceptions/" + name
    for line in try Repository.text(of: path).allLines {
      let line = line.trimmed
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
      if parts.count == 2, parts[1].count >= 15 {
        reasons[parts[0]] = parts[1]
      } else {
        malformed.append(line)
      }
    }
  }

  /// What is wrong between the list and what was found in the sources.
  func complaints(found: Set<String>, advice: String) -> [String] {
    let listed = Set(reasons.keys)
    return malformed.map { "\(path): no 'what: reason' in '\($0)'" }
      + found.subtracting(listed).sorted().map { "\($0): \(advice), or list it in \(path)" }
      + listed.subtracting(found).sorted().map { "\(path): '\($0)' need not be listed any more" }
  }
}
