import Foundation

/// The files of the checkout that the tests were compiled from.
enum Repository {
  static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url
  }()

  /// Paths relative to the root, sorted; build products and hidden folders are left out.
  static func files(under folder: String, withExtension extensions: [String] = []) -> [String] {
    let start = root.appendingPathComponent(folder)
    guard let names = FileManager.default.enumerator(atPath: start.path) else { return [] }
    return names.compactMap { $0 as? String }
      .filter { name in
        let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
        let suffix = name.split(separator: ".").last.map(String.init) ?? ""
        return !isHidden && (extensions.isEmpty || extensions.contains(suffix))
      }
      .map { folder == "." ? $0 : folder + "/" + $0 }
      .sorted()
  }

  static func folders(under folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent(folder).path)
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }
}

extension String {
  /// Lines without their ends; empty lines are kept.
  var allLines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
