import ApusFormats
import Testing

/// `apus explain` as a process: what it prints and how it ends.
struct ExplainTests {
  @Test func everyPresetFitsIntoEightyColumns() throws {
    let list = try Tool.run("explain --preset list")
    #expect(list.exitCode == 0)
    let names = list.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.count >= 15)
    let script = names.map { "\"$APUS\" explain --preset \($0) || exit 9" }.joined(separator: "\n")
    let all = try Tool.shell(script)
    #expect(all.exitCode == 0, "\(all.messages)")
    for line in all.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func sectionsStandAlone() throws {
    let preset = "explain --preset deck004.example"
    let backward = try Tool.run("\(preset) --section backward")
    #expect(backward.output.hasPrefix("BACKWARD"))
    #expect(
      backward.output.contains("∂L/∂h1 = row 17·v(h1→y1) + row 18·v(h1→y2)\n       = −0.105188"))
    let step = try Tool.run("\(preset) --section step --lr 1 --digits 3")
    #expect(step.output.contains("lr 1        predicted 0.075"))
    let json = try Tool.run("\(preset) --section loss --format json")
    let members = try JSON(parsing: json.output).members?.map(\.name)
    #expect(members == ["format", "version", "loss"])
    let markdown = try Tool.run("\(preset) --format markdown --section forward")
    #expect(
      markdown.output.contains("| 1 | h1\\_in | w(x1→h1)·x1 + w(x2→h1)·x2 | 6·3 + (−2)·1 | 16 |"))
    let dot = try Tool.run("explain --preset deck000.max --format dot")
    #expect(dot.output.hasPrefix("digraph") && dot.output.contains("w1 = 2\\n∂ 3"))
  }

  @Test func aTrainedModelIsExplained() throws {
    let folder = "/tmp/apus-explain-\(UInt32.random(in: 0 ... .max))"
    let result = try Tool.shell(
      """
      trap 'rm -rf \(folder)' EXIT
      mkdir -p \(folder)
      "$APUS" train iris --hidden 4 --epochs 2 --output \(folder)/model.safetensors --quiet >/dev/null || exit 1
      "$APUS" explain \(folder)/model.safetensors iris --row 7 --format json
      """)
    try #require(result.exitCode == 0, "\(result.messages)")
    let json = try JSON(parsing: result.output)
    #expect(json["header"]?["example"]?.stringValue == "row 7 of iris")
    let groups = json["parameters"]?.elements ?? []
    #expect(groups.compactMap { $0["count"]?.intValue } == [16, 4, 12, 3])
    for row in json["backward"]?.elements ?? [] {
      let (gradient, estimate) = (
        row["gradient"]?.doubleValue, row["estimate"]?["value"]?.doubleValue
      )
      #expect(abs(try #require(gradient) - #require(estimate)) < 1e-6)
    }
  }

  @Test func rowsAreOneBatch() throws {
    let result = try Tool.run("explain --preset deck004.example --rows 1...2")
    #expect(result.exitCode == 0)
    #expect(result.output.contains("rows 1 and 2 of 2"))
    #expect(result.output.contains("row 1   16  −4\n"), "a matrix with a row for each example")
    #expect(result.output.contains("h2→y1              −0.001892    0.276742    0.274850"))
    for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let markdown = try Tool.run(
      "explain --preset deck004.example --rows 2,1 --section rows --format markdown")
    #expect(markdown.output.contains("| loss |  | 0.330252 | 0.086992 | 0.417244 |"))
    let one = try Tool.run("explain --preset deck004.example --section rows")
    #expect(one.exitCode == 0 && one.output.isEmpty)
  }

  @Test(arguments: [
    ("explain --preset deck004.example --rows 1,2 --row 1", "--row cannot stand beside --rows"),
    ("explain --preset deck004.example --rows 0...1", "counted from 1"),
    ("explain --preset deck004.example --rows 1,1", "a row stands twice"),
    ("explain --preset deck004.example --rows 1...9999999999999", "at most 64 rows"),
    ("explain --preset deck004.example --rows 9223372036854775807", "numbers of rows"),
    ("explain --preset deck004.example --rows 1,2 --unit dense_1:1", "need one row"),
    ("explain 'x' --at x=1 --rows 1,2", "--rows cannot stand beside an expression"),
    ("draw network --preset deck004.example --rows 1,2 --mode value", "of one row"),
    ("explain --preset deck003.mnist --detail numbers", "too many to show one by one"),
    ("explain 'relu(x'  --at x=1", "column 7: expected a comma or )"),
    ("explain 'x+y' --at x=1", "y has no value"), ("explain", "name an expression"),
    ("explain --preset deck000.mx", "Did you mean \"deck000.max\"?"),
    ("explain --preset deck000.max --row 2", "deck000.max has 1 row, there is no row 2"),
    ("explain --preset deck000.max --notation deck001", "keeps its own names"),
    ("explain 1 --preset deck000.max", "--preset stands alone"),
    ("explain model.safetensors", "DATA is missing"),
    ("explain 'x' --at x=1 --parameters y", "the expression has no name y"),
    ("explain 'x' --at 'x=1,,'", "--at, column 5: expected NAME=VALUE"),
  ])
  func mistakesAreUsageErrors(_ command: String, _ words: String) throws {
    let result = try Tool.run(command)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.messages.contains(words), "\(result.messages)")
  }
}
