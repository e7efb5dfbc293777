import ApusDrawing
import ApusFormats
import ApusGraph
import Testing

struct OutputTests {
  @Test(arguments: ThemeChoice.allCases) func svgIsWellFormed(theme: ThemeChoice) throws {
    let text = sampler.svg(theme: theme)
    try XMLCheck.check(text)
    #expect(text.contains("<title>A &lt;sampler&gt; &amp; more</title>"))
    #expect(text.contains(">σ′(z) ≤ ¼</text>"))
    #expect(text.contains("<desc>One mark of each kind.</desc>"))
  }

  @Test func onlyTheAutomaticThemeHasAStyleSheet() {
    #expect(sampler.svg(theme: .auto).contains("prefers-color-scheme: dark"))
    #expect(!sampler.svg(theme: .light).contains("<style>"))
    #expect(sampler.svg(theme: .light) != sampler.svg(theme: .dark))
  }

  @Test func svgNeedsNoOtherFile() {
    let text = sampler.svg()
    #expect(text.matches(of: #/href="(?!data:)/#).isEmpty)
    #expect(text.matches(of: #/https?:/#).count == 1)  // the name space
  }

  @Test func numbersThatAreNoneDoNotReachTheFile() throws {
    let picture = Picture(
      size: Size(100, 100), title: "", description: "",
      marks: [
        .polyline(
          [Point(0, 0), Point(.nan, 1), Point(50, 50), Point(60, .infinity)], Stroke(.muted)),
        .circle(centre: Point(.infinity, 0), radius: .nan, fill: .series(0)),
        .text(Label("a\u{0}b", at: Point(.nan, 20))),
      ])
    let text = picture.svg()
    try XMLCheck.check(text)
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(!picture.terminalText(columns: 40).isEmpty)
  }

  /// What TeX reads: braces that match, signs of its own escaped, coordinates that it can hold.
  @Test func tikzIsWellFormed() throws {
    var picture = sampler
    picture.marks.append(.text(Label("--layer", at: Point(0, 0))))
    picture.marks.append(.text(Label("50 % of {x_1} & \\#^~$", at: Point(1e9, .nan))))
    let text = String(decoding: try picture.bytes(as: .tikz), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("%") }
    #expect(lines.first?.hasPrefix("\\begin{tikzpicture}[") == true)
    #expect(lines.last == "\\end{tikzpicture}")
    var depth = 0
    let plain = lines.joined(separator: "\n").replacing("\\{", with: "").replacing("\\}", with: "")
    for sign in plain {
      depth += sign == "{" ? 1 : sign == "}" ? -1 : 0
      #expect(depth >= 0)
    }
    #expect(depth == 0)
    #expect(
      text.contains(
        "{50 \\% of \\{x\\_1\\} \\& \\textbackslash{}\\#\\textasciicircum{}\\textasciitilde{}\\$}"))
    #expect(text.contains("{-{}-layer}"))
    #expect(text.contains("at (16000.00,0.00)") && text.contains("{σ′(z) ≤ ¼};"))
    #expect(text.contains("\\begin{scope}\n\\clip (260.00,10.00) rectangle (300.00,50.00);"))
    #expect(text.contains("rotate=90.00") && text.contains("dash pattern=on 4.00bp off 3.00bp"))
    #expect(
      plain.split(separator: "\n").filter { !$0.hasSuffix(";") }.allSatisfy { line in
        ["\\begin", "\\end", "\\definecolor"].contains { line.hasPrefix($0) }
      })
  }

  @Test func pngHasItsSignatureAndSize() throws {
    let bytes = try sampler.bytes(as: .png, scale: 2)
    #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(at index: Int) -> Int { bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(at: 16) == 640)
    #expect(number(at: 20) == 400)
  }

  @Test func pdfIsAPDF() throws {
    let bytes = try sampler.bytes(as: .pdf)
    #expect(String(decoding: bytes.prefix(5), as: UTF8.self) == "%PDF-")
  }

  @Test(arguments: PictureFormat.allCases) func equalPicturesGiveEqualBytes(
    format: PictureFormat
  ) throws {
    #expect(try sampler.bytes(as: format) == sampler.bytes(as: format))
  }

  @Test func aBitmapHasALimit() {
    #expect(throws: DrawingError.tooLarge(width: 320_000_000, height: 200_000_000)) {
      try sampler.bytes(as: .png, scale: 1e6)
    }
    #expect(throws: DrawingError.self) { try sampler.bytes(as: .png, scale: .nan) }
  }

  @Test func theEndingChoosesTheFormat() throws {
    #expect(try PictureFormat(path: "a/b.SVG") == .svg)
    #expect(try PictureFormat(path: "x.png") == .png)
    #expect(throws: DrawingError.unknownFormat(path: "plot")) { try PictureFormat(path: "plot") }
    let error = #expect(throws: DrawingError.self) { try PictureFormat(path: "x.pgn") }
    #expect(error?.description.contains("did you mean .png?") == true)
    #expect(error?.kind == .usage)
  }

  @Test func aPictureIsNotOverwrittenUnasked() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/a.svg"
      try sampler.write(to: path)
      #expect(throws: FileError.exists(path)) { try sampler.write(to: path) }
      try sampler.write(to: path, overwriting: true)
      #expect(try File.read(path) == Array(sampler.svg().utf8))
    }
  }

  @Test func theTerminalPictureKeepsItsWidth() {
    for columns in [20, 40, 80, 132] {
      let lines = sampler.terminalText(columns: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(lines.contains { $0.contains("middle") })
    }
    #expect(!sampler.terminalText().contains("\u{1B}"))
    #expect(sampler.terminalText(isColoured: true).contains("\u{1B}[38;2;"))
  }

  @Test func aLineIsDotsOfBraille() {
    let picture = Picture(
      size: Size(160, 32), title: "", description: "",
      marks: [.line(Point(0, 1), Point(159, 1), Stroke(.foreground))])
    #expect(picture.terminalText(columns: 20) == String(repeating: "⠉", count: 20) + "\n")
  }
}

struct FontTests {
  /// Layout believes the table, so the table must be right for the font that is drawn.
  @Test(arguments: [
    "The quick brown fox jumps over the lazy dog 0123456789 (+-*/) [.,:;] ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "σ′(z) ≤ ¼ · Σ w₁x₁ − 10⁻³ ∂L/∂w → ℝ², ŷ à é", "αβγδε λμ",
  ]) func widthsAreThoseOfTheFont(text: String) throws {
    for weight in [Label.Weight.regular, .bold] {
      let measured = try FontMetrics.measuredByCairo(text, size: 40, weight: weight)
      let own = FontMetrics.width(of: text, size: 40, weight: weight)
      #expect(abs(measured - own) < 0.03 * measured, "\(weight)")
    }
  }

  @Test func textIsCutAndWrapped() {
    #expect(FontMetrics.fitted("short", width: 100, size: 12) == "short")
    let cut = FontMetrics.fitted("a rather long text", width: 60, size: 12)
    #expect(cut.hasSuffix("…") && FontMetrics.width(of: cut, size: 12) <= 60)
    let lines = FontMetrics.wrapped("one two three four five", width: 60, size: 12)
    #expect(lines.count > 1)
    #expect(lines.joined(separator: " ") == "one two three four five")
    #expect(lines.allSatisfy { FontMetrics.width(of: $0, size: 12) <= 60 })
  }
}
