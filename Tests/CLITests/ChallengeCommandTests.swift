import ApusFormats
import Testing

/// `apus challenge`
struct ChallengeCommandTests {
  @Test(arguments: 1...5) func aTaskFitsTheTerminal(number: Int) throws {
    let result = try Tool.run("challenge \(number)")
    #expect(result.exitCode == 0)
    #expect(result.output.hasPrefix("Challenge \(number): "))
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 84 })
    let starter = try JSON(parsing: try Tool.run("challenge \(number) --starter").output)
    #expect(starter["challenge"]?.intValue == number)
    #expect(starter["cases"]?.elements?.count == 2)
    let own = try JSON(parsing: try Tool.run("challenge \(number) --starter --sizes 4,2,2").output)
    #expect(own["cases"]?.elements?.first?["sizes"]?.intValues == [4, 2, 2])
  }

  @Test func answersAreMarked() throws {
    let result = try Tool.shell(
      """
      answers=$(mktemp /tmp/apus-test-XXXXXX); trap 'rm -f "$answers"' EXIT
      "$APUS" challenge 1 --sizes 1,2 --starter | sed -e 's/"w": null/"w": [[[0.5], [-1]]]/' \
        -e 's/"b": null/"b": [[0, 0]]/' >"$answers"
      "$APUS" challenge 1 --check "$answers"; echo $?
      sed -i 's/"b": [^]]*]]/"b": [[[0], [0]]]/' "$answers"
      "$APUS" challenge 1 --check "$answers"; echo $?
      "$APUS" challenge 1 --check "$answers" --json | tr -d ' \\n'
      "$APUS" challenge 2 --check "$answers"; echo $?
      """)
    let lines = result.output.split(separator: "\n")
    #expect(lines.first == "case 1 (1-2)  w: right; 2×1", "\(result.output)\(result.messages)")
    #expect(lines[1].hasPrefix("case 1 (1-2)  b: wrong; a bias must be a column"))
    #expect(lines[2] == "1 of 2 answers are right" && lines[3] == "1")
    #expect(lines[6] == "2 of 2 answers are right" && lines[7] == "0")
    #expect(lines[8].contains("\"right\":2,\"answers\":2") && lines[8].hasSuffix("65"))
    #expect(result.messages.contains("1 of 2 answers are not right yet"))
  }

  @Test(arguments: [
    ("challenge", "N is missing"),
    ("challenge 6", "expected a whole number from 1 to 5"),
    ("challenge 1 --sizes 2", "sizes must be 2 to 20"),
    ("challenge 1 --json", "--json is for --check"),
    ("challenge 1 --check a.json --seed 2", "--seed cannot stand beside --check"),
  ])
  func mistakesAreExplained(words: String, explanation: String) throws {
    let result = try Tool.run(words)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.messages.contains(explanation), "\(result.messages)")
  }
}
