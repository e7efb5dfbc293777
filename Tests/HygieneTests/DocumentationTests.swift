import Testing

/// Pages that name files which are gone, and examples that do not compile, are worse than none.
struct DocumentationTests {
  static let pages =
    ["README.md"] + Repository.files(under: "Documentation", withExtension: ["md"])

  @Test(arguments: pages) func namedFilesExist(page: String) throws {
    let files = Repository.files(under: ".")
    let text = try Repository.text(of: page)
    for match in text.matches(of: #/`([\w+.\/-]+\.(?:swift|md|c|h|py|sh|modulemap))`/#) {
      let name = String(match.output.1)
      #expect(
        files.contains { $0 == name || $0.hasSuffix("/" + name) },
        "\(page) names \(name), which is not there")
    }
  }

  @Test(arguments: pages) func linksLeadSomewhere(page: String) throws {
    let folder = page.split(separator: "/").dropLast().map { $0 + "/" }.joined()
    for match in try Repository.text(of: page).matches(of: #/\]\(([^)#]+)[^)]*\)/#) {
      let target = String(match.output.1)
      guard !target.contains("://") else { continue }
      #expect(Repository.exists(folder + target), "\(page) links to \(target), which is not there")
    }
  }

  /// Every Swift listing of the README stands in a test file too, between `// listing` and
  /// `// end of listing`, where the compiler sees it. Lines with `import` head the file there.
  @Test func listingsAreCompiled() throws {
    let compiled = try Repository.files(under: "Tests", withExtension: ["swift"])
      .flatMap { Self.markedListings(in: try Repository.text(of: $0)) }
    let blocks = try Repository.text(of: "README.md").matches(of: #/```swift\n((?s).*?)```/#)
    #expect(!blocks.isEmpty)
    for block in blocks {
      let lines = String(block.output.1).allLines.filter { !$0.hasPrefix("import ") }
      let listing = Self.withoutOuterSpace(lines)
      #expect(compiled.contains(listing), "no test has this listing of the README:\n\(listing)")
    }
  }

  private static func markedListings(in text: String) -> [String] {
    var listings: [String] = []
    var open: [String]?
    for line in text.allLines {
      if line.trimmed == "// listing" {
        open = []
      } else if line.trimmed == "// end of listing", let lines = open {
        listings.append(withoutOuterSpace(lines))
        open = nil
      } else {
        open?.append(line)
      }
    }
    return listings
  }

  /// Without the common indentation and the empty lines around.
  private static func withoutOuterSpace(_ lines: [String]) -> String {
    let indentation = lines.filter { !$0.trimmed.isEmpty }.map { $0.prefix { $0 == " " }.count }
    let common = indentation.min() ?? 0
    var cut = lines.map { String($0.dropFirst(common)) }
    while cut.first?.trimmed.isEmpty == true { cut.removeFirst() }
    while cut.last?.trimmed.isEmpty == true { cut.removeLast() }
    return cut.joined(separator: "\n")
  }
}
