import Apus
import ApusExplain
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
