import Testing

/// The table in Documentation/Architecture.md says who may import whom; this compares it with
/// what the files do.
struct ImportTests {
  /// Module → what its row allows, as the third column spells it.
  static func allowedImports() throws -> [String: Set<String>] {
    var table: [String: Set<String>] = [:]
    for line in try Repository.text(of: "Documentation/Architecture.md").allLines {
      let cells = line.split(separator: "|").map { String($0).trimmed }
      guard cells.count == 3, let module = names(in: cells[0]).first else { continue }
      table[module] = Set(names(in: cells[2]))
    }
    return table
  }

  private static func names(in cell: String) -> [String] {
    cell.matches(of: #/`(\w+)`/#).map { String($0.output.1) }
  }

  private static func imports(of path: String) throws -> [String] {
    let pattern =
      #/^(?:@\w+\s+)*(?:(?:public|package|internal|private)\s+)?import\s+(?:(?:struct|class|enum|func|protocol|typealias)\s+)?(\w+)/#
    return SwiftScanner.code(of: try Repository.text(of: path)).allLines.compactMap {
      $0.trimmed.firstMatch(of: pattern).map { String($0.output.1) }
    }
  }

  @Test func everyModuleHasARow() throws {
    #expect(Set(try Self.allowedImports().keys) == Set(Repository.folders(under: "Sources")))
  }

  @Test func importsFollowTheTable() throws {
    let table = try Self.allowedImports()
    // Two spellings of one thing: the C library of the platform.
    let sameAsGlibc: Set = ["Darwin", "Musl"]
    for path in Repository.files(under: "Sources", withExtension: ["swift"]) {
      let module = String(path.split(separator: "/")[1])
      for name in try Self.imports(of: path) where name != "Synchronization" {
        let known = sameAsGlibc.contains(name) ? "Glibc" : name
        #expect(
          table[module]?.contains(known) == true,
          "\(path) imports \(name); Documentation/Architecture.md does not let \(module) do so")
      }
    }
  }

  /// `ApusOneDNN` makes steps of plans, whose layout in memory `CKernels` says.
  @Test(arguments: [
    ("CDNNL", ["ApusOneDNN"]), ("CKernels", ["ApusData", "ApusEngine", "ApusOneDNN"]),
    ("CDeflate", ["ApusData"]), ("CCairo", ["ApusDrawing"]), ("CGraphviz", ["ApusDrawing"]),
    ("CMallocCount", ["ApusCLI"]),
  ])
  func aModuleOfCHasFewImporters(cModule: String, expected: [String]) throws {
    let importers = try Self.allowedImports().filter { $0.value.contains(cModule) }.map(\.key)
    #expect(importers.sorted() == expected)
  }

  @Test func nothingAllowsFoundation() throws {
    for (module, allowed) in try Self.allowedImports() {
      #expect(!allowed.contains { $0.hasPrefix("Foundation") }, "\(module)")
    }
  }

  @Test func arrowsPointDownwards() throws {
    let table = try Self.allowedImports()
    let modules = try Repository.text(of: "Documentation/Architecture.md").allLines
      .filter { $0.hasPrefix("| `") }.compactMap { Self.names(in: $0).first }
    for (index, module) in modules.enumerated() {
      for above in modules[...index] where table[module]?.contains(above) == true {
        Issue.record("\(module) may import \(above), which stands above it in the table")
      }
    }
  }
}
