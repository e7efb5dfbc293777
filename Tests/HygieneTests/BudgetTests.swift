import Testing

/// Long files and functions are where understanding ends, so a limit makes each one a decision.
struct BudgetTests {
  static let linesOfAFile = 600
  static let linesOfAFunction = 60

  static let sources = ["Sources", "Tests"].flatMap {
    Repository.files(under: $0, withExtension: ["swift", "c", "h"])
  }

  @Test func filesAndFunctionsStayShort() throws {
    var found: Set<String> = []
    for path in Self.sources {
      let text = try Repository.text(of: path)
      if text.allLines.count - 1 > Self.linesOfAFile { found.insert(path) }
      let functions =
        path.hasSuffix(".swift")
        ? FunctionLengths.inSwift(SwiftScanner.code(of: text)) : FunctionLengths.inC(text)
      for function in functions where function.lines > Self.linesOfAFunction {
        found.insert("\(path) \(function.name)")
      }
    }
    let complaints = try ExceptionList("Lengths.txt").complaints(
      found: found,
      advice:
        "over \(Self.linesOfAFile) lines a file or \(Self.linesOfAFunction) a function; cut it")
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }

  @Test func functionsAreMeasured() {
    let code = SwiftScanner.code(
      of: """
        protocol P {
          func requirement(_ a: Int) -> Int
          init(a: Int)
        }
        struct S {
          func two(closure: () -> Void = { }) -> String {
            "} \\(name(of: "{")) {" }
          init(
            a: Int
          ) {
            // }
            self.init(a: a)
          }
        }
        """)
    let found = FunctionLengths.inSwift(code).map { "\($0.name) \($0.line) \($0.lines)" }
    #expect(found == ["two 6 2", "init 8 6"])
    let c = FunctionLengths.inC("static int add(int a, int b) {\n  return a + b;\n}\nint x;")
    #expect(c.map { "\($0.name) \($0.line) \($0.lines)" } == ["add 1 3"])
  }

  @Test func nothingIsLeftForLater() throws {
    let marks = ["TO" + "DO", "FIX" + "ME"]
    let scripts =
      ["apus", "test", "Scripts/setup", ".ci/run"]
      + Repository.files(under: ".", withExtension: ["py", "sh"])
    let pages = Repository.files(under: ".", withExtension: ["md"])
    for path in Self.sources + scripts + pages {
      let text = try Repository.text(of: path)
      for mark in marks {
        #expect(!text.contains(mark), "\(path) has a \(mark): do it, or open an issue")
      }
    }
  }
}
