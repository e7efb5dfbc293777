import ApusExplain
import ApusFormats
import ApusGraph
import Testing

/// What few digits show, on the worked example of deck 004.
struct SlideViewTests {
  private func view(_ digits: Int, row: Int = 1) throws -> SlideView {
    try SlideView(
      try Preset.named("deck004.example").subject(row: row), digits: digits, carries: true)
  }

  private func row(_ name: String, _ view: SlideView) throws -> JSON {
    try #require(view.json["rows"]?.elements?.first { $0["name"]?.stringValue == name })
  }

  /// The slide prints two digits of one number, −0.001892, in two ways, and 0.026549 in two more.
  @Test func theSlidesDigitsComeOut() throws {
    let two = try view(2)
    func cell(_ name: String, _ counted: String, _ how: String) throws -> String? {
      try row(name, two)[counted]?[how]?.stringValue
    }
    #expect(try cell("∂L/∂y1_in", "decimals", "rounded") == "−0.11")
    #expect(try cell("h2", "decimals", "rounded") == "0.02")
    #expect(try cell("∂L/∂y2_in", "significant", "cut") == "0.026")
    #expect(try cell("∂L/∂v(h1→y2)", "significant", "rounded") == "0.027")
    #expect(try cell("∂L/∂v(h2→y1)", "significant", "cut") == "−0.0018")
    #expect(try cell("∂L/∂w(x1→h1)", "decimals", "rounded") == "0")
    let one = try view(1)
    #expect(
      try row("∂L/∂v(h2→y1)", one)["significant"]?["rounded"]?.stringValue == "−0.002")
    #expect(try row("∂L/∂v(h2→y2)", one)["significant"]?["cut"]?.stringValue == "0.0004")
    #expect(
      try row("∂L/∂h1", try view(3))["significant"]?["rounded"]?.stringValue == "−0.158")
  }

  @Test func everyNumberOfTheSlideHasAVerdict() throws {
    let printed = try #require(try view(2).json["printed"]?.elements)
    func verdict(_ name: String, _ text: String) -> String? {
      printed.first { $0["name"]?.stringValue == name && $0["text"]?.stringValue == text }?[
        "verdict"]?.stringValue
    }
    #expect(verdict("∂L/∂y1_in", "−0.11") == "rounded")
    #expect(verdict("∂L/∂y2_in", "0.026") == "truncated")
    #expect(verdict("∂L/∂v(h1→y2)", "0.027") == "rounded")
    #expect(verdict("∂L/∂v(h2→y1)", "−0.0018") == "truncated")
    #expect(verdict("∂L/∂v(h2→y1)", "−0.002") == "rounded")
    #expect(verdict("∂L/∂h1", "−0.158")?.hasPrefix("rounded") == true)
    #expect(verdict("∂L/∂v(h2→y2)", "0.0004") == "truncated")
    #expect(verdict("∂L/∂w(x1→h1)", "0")?.hasPrefix("not zero") == true)
    #expect(verdict("∂L/∂w(x1→h2)", "0.0001")?.hasPrefix("ten times too small") == true)
    #expect(verdict("∂L/∂w(x2→h2)", "0.00004")?.hasPrefix("ten times too small") == true)
    #expect(printed.count == 14)
  }

  /// −0.11·0.02 is −0.0022, not the slide's −0.0018.
  @Test func carriedRoundingDeparts() throws {
    let view = try view(2)
    let rows = try #require(view.json["carried"]?["decimals"]?.elements)
    let v21 = try #require(rows.first { $0["name"]?.stringValue == "∂L/∂v(h2→y1)" })
    #expect(v21["formula"]?.stringValue == "−0.11·0.02")
    #expect(abs(try #require(v21["carried"]?.doubleValue) + 0.0022) < 1e-12)
    #expect(abs(try #require(v21["exact"]?.doubleValue) + 0.001891928) < 1e-8)
    let text = view.text()
    #expect(
      text.contains("∂L/∂v(h2→y1) = −0.11·0.02 = −0.0022, slide −0.0018, slide −0.002, exact"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func largeNetworksAreRefused() throws {
    let subject = try Preset.named("deck003.mnist").subject()
    #expect(throws: (any Error).self) { try SlideView(subject, digits: 2, carries: false) }
  }
}
