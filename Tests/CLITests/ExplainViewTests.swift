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

  @Test(arguments: [
    ("--slide 2 --carry", "| ∂L/∂v(h2→y1) | −0.11·0.02 | −0.0022 | −0.0018, −0.002 | −0.001892 |"),
    ("--paths x1→h2", "|  | sum of the products |  | 0.001420 |"),
    ("--derivation", "| ∂L/∂v = δ(y\\_in)ᵀ·h | 0.108504 | 0.108504 |"),
    ("--worksheet", "| h1\\_in | w(x1→h1)·x1 + w(x2→h1)·x2 |  |"),
    ("--unit dense_1:2", "| 1 | h2\\_in | w(x1→h2)·x1 + w(x2→h2)·x2 | (−3)·3 + 5·1 | −4 |"),
    ("--layer dense_2", "| 3 | y1 | σ(y1\\_in) |"),
    ("--weight x1→h2", "| 0.001420 |"),
  ]) func viewsAreMarkdownToo(_ view: String, _ line: String) throws {
    let page = try Tool.run("\(preset) \(view) --format markdown")
    #expect(page.exitCode == 0 && page.output.hasPrefix("# "))
    #expect(page.output.contains(line), "\(page.output)")
    let json = try Tool.run("\(preset) \(view) --format json")
    #expect(json.exitCode == 0 && json.output.hasPrefix("{"))
  }

  @Test func picturesWhereThereAreSome() throws {
    for view in ["--unit dense_1:2", "--layer dense_2", "--weight x1→h2", "--paths x1→h2"] {
      let picture = try Tool.run("\(preset) \(view) --format svg")
      #expect(picture.exitCode == 0 && picture.output.hasPrefix("<svg"), "\(view)")
    }
    for view in ["--slide 2", "--derivation", "--worksheet", "--check a.json", "--odds"] {
      let refused = try Tool.run("\(preset) \(view) --format svg")
      #expect(refused.exitCode == 64 && refused.output.isEmpty)
      #expect(refused.messages.contains("has the formats text, markdown and json"), "\(view)")
    }
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
