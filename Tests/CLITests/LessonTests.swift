import ApusCLI
import ApusExplain
import ApusFormats
import Testing

/// `apus lesson`, and the page that lists every row of the lectures with its command.
@Suite(.serialized)
struct LessonCommandTests {
  @Test func listAndItem() throws {
    let list = try Tool.run("lesson list")
    #expect(list.exitCode == 0 && list.output.contains("002.08"))
    let item = try Tool.run("lesson 002·08")
    #expect(item.exitCode == 0 && item.messages.isEmpty)
    #expect(item.output.contains("0.9·2 + 0.2·3 + 0.3·(−1) + 0.5"))
    #expect(item.output.contains("--answer"))
    let list2 = try JSON(parsing: try Tool.run("lesson list --json").output)
    #expect(list2.elements?.count == 5)
  }

  @Test func answers() throws {
    let right = try Tool.run("lesson 002.08 --answer 2.6")
    #expect(right.exitCode == 0 && right.output == "right: 2.6\n")
    let wrong = try Tool.run("lesson 002.08 --answer 2.1")
    #expect(wrong.exitCode == 1 && wrong.output.contains("the bias was left out"))
    let negative = try Tool.run("lesson 000.14 --answer -1 --json")
    #expect(try JSON(parsing: negative.output)["right"]?.boolValue == false)
    for words in ["002.08 --answer x", "002.8", "list --answer 1", "002 --answer 1", "", "''"] {
      #expect(try Tool.run("lesson \(words)").exitCode == 64, "\(words)")
    }
  }

  /// Every item in one call for each deck: all commands run, and nothing stays behind.
  @Test(arguments: Lessons.decks.map(\.id))
  func walks(deck: String) throws {
    let result = try Tool.shell(
      """
      folder=$(mktemp -d) && cd "$folder" && TMPDIR="$folder" "$APUS" lesson \(deck) --json
      code=$?; ls -A "$folder" >&2; rm -r "$folder"; exit $code
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(!result.messages.contains("apus-"), "a temporary folder stayed: \(result.messages)")
    let items = try #require(try JSON(parsing: result.output)["items"]?.elements)
    for item in items where item["not_run_because"] == nil {
      for command in item["commands"]?.elements ?? [] {
        #expect(command["output"]?.stringValue?.isEmpty == false, "\(command)")
      }
    }
  }
}

/// `Documentation/Lessons.md`: the page is read here, so that page and test cannot drift apart.
struct LessonPageTests {
  private static let folder: String = {
    var folder = File.splitPath(#filePath).folder!
    for _ in 0..<2 { folder = File.splitPath(folder).folder! }
    return folder
  }()

  private static let mnist: String? = {
    let candidates = [
      environmentVariable("APUS_MNIST"), folder + "/../shared/data/mnist",
    ]
    return candidates.compactMap { $0 }.first { File.kind($0) == .folder }
  }()

  private struct Row {
    let id: String
    let text: String
    let commands: [String]
  }

  /// The rows of all tables; those of the networks have the name of a network.
  private static func rows() throws -> [Row] {
    let page = String(decoding: try File.read(folder + "/Documentation/Lessons.md"), as: UTF8.self)
    return page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| row") }
      .map { line in
        let commands = line.matches(of: /`apus ([^`]+)`/).map { String($0.1) }
        let id = line.dropFirst(2).prefix { $0 != " " }
        return Row(id: String(id), text: String(line), commands: commands)
      }
  }

  @Test func everyRowIsThere() throws {
    let ids = try Self.rows().map(\.id).filter { $0.contains("·") }
    let counts = [("000", 16), ("001", 17), ("002", 23), ("003", 23), ("004", 19)]
    let expected = counts.flatMap { deck, count in
      (1...count).map { "\(deck)·\($0 < 10 ? "0" : "")\($0)" }
    }
    #expect(ids == expected)
  }

  @Test func everyRowHasACommandAndItsLesson() throws {
    let lessons = Set(Lessons.items.map { String($0.number.prefix(6)) })
    for row in try Self.rows() where row.id.contains("·") {
      #expect(!row.commands.isEmpty, "\(row.id)")
      #expect(lessons.contains(row.id) == row.text.contains("**lesson**"), "\(row.id)")
    }
    #expect(lessons.isSubset(of: Set(try Self.rows().map(\.id))))
  }

  @Test func everyCommandRuns() throws {
    var done: Set<String> = []
    var script = "set -u; folder=$(mktemp -d); cd \"$folder\"\n"
    for row in try Self.rows() {
      for command in row.commands where done.insert(command).inserted {
        guard let line = Self.line(of: command) else { continue }
        script += "\"$APUS\" \(line) >log 2>&1 || { echo \"\(row.id) ended with $?:\"; cat log; }\n"
        script += "[ -s log ] || echo \"\(row.id) printed nothing\"\n"
      }
    }
    let result = try Tool.shell(script + "cd /; rm -r \"$folder\"")
    #expect(done.count > 90)
    #expect(result.output.isEmpty, "\(result.output)")
    #expect(result.messages.isEmpty, "\(result.messages)")
  }

  /// As a shell takes it; nil where it needs MNIST, or what was made of it, and that is not here.
  private static func line(of command: String) -> String? {
    let needsMNIST = command.contains(" mnist") || command.contains("out/keras")
    guard needsMNIST else { return command }
    guard let mnist else {
      print("skipped, as MNIST is not there (set APUS_MNIST to its folder): apus " + command)
      return nil
    }
    return command.contains(" mnist") ? command + " --data '\(mnist)'" : command
  }
}
