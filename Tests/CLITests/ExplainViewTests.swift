import Testing

/// `apus explain` down to one neuron or weight, and what it shows in place of the sections.
struct ExplainViewTests {
  private let preset = "explain --preset deck004.example"

  @Test func oneNeuronAndOneWeight() throws {
    let unit = try Tool.run("\(preset) --unit dense_1:2")
    #expect(unit.exitCode == 0)
    #expect(unit.output.contains("(−3)·3 + 5·1"))
    #expect(!unit.output.contains("6·3 + (−2)·1"), "h1 is another neuron")
    let weight = try Tool.run("\(preset) --weight \"w(x1→h2)\"")
    #expect(weight.exitCode == 0)
    #expect(weight.output.contains("0.001420"))
    let typo = try Tool.run("\(preset) --layer dense_4")
    #expect(typo.exitCode == 64 && typo.messages.contains("Did you mean \"dense_"))
    #expect(try Tool.run("\(preset) --unit dense_1:3").exitCode == 64)
  }

  @Test func pathsAddUpAndSlidesRound() throws {
    let paths = try Tool.run("\(preset) --paths \"w(x1→h1)\"")
    #expect(paths.exitCode == 0 && paths.output.contains("sum of the products  = −5.34e-8"))
    let slide = try Tool.run("\(preset) --slide 2 --carry")
    #expect(slide.exitCode == 0 && slide.output.contains("−0.11·0.02 = −0.0022, slide −0.0018"))
    #expect(try Tool.run("\(preset) --derivation").exitCode == 0)
    #expect(try Tool.run("\(preset) --slide 2 --derivation").exitCode == 64)
  }

  @Test func aWorksheetIsMarked() throws {
    let filled = try Tool.shell(
      """
      sheet=$(mktemp)
      "$APUS" \(preset) --worksheet --format json | sed 's/"h1_in": null/"h1_in": 16/' > "$sheet"
      "$APUS" \(preset) --check "$sheet"; code=$?
      rm -f "$sheet"; exit $code
      """)
    #expect(filled.exitCode == 1, "most blanks are still empty")
    #expect(filled.output.contains("1 of 31 right"))
  }

  /// The network of deck 003 stays readable on one row, whatever its 784 inputs are.
  @Test func aLargeNetworkTakesFewLines() throws {
    let page = try Tool.run("explain --preset deck003.mnist")
    #expect(page.exitCode == 0)
    #expect(page.output.split(separator: "\n").count < 200)
  }
}
