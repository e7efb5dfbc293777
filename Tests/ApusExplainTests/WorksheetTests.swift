import ApusExplain
import ApusFormats
import ApusGraph
import Testing

/// Blanks are marked, and wrong answers are traced to the slip behind them.
struct WorksheetTests {
  private func sheet(_ name: String = "deck004.example") throws -> Worksheet {
    try Worksheet(try Preset.named(name).subject(), learningRate: 0.5)
  }

  private func mark(_ name: String, _ answer: JSON, _ preset: String = "deck004.example") throws
    -> AnswerMark
  {
    let marks = try sheet(preset).marks(["answers": .object([.init(name, answer)])])
    return try #require(marks.first { $0.name == name })
  }

  @Test func exactAnswersAreRightAndBlanksAreMissing() throws {
    let sheet = try sheet()
    #expect(try sheet.marks(sheet.template).allSatisfy { $0.verdict == .missing })
    let explanation = try Preset.named("deck004.example").explanation(row: 1)
    var answers = explanation.forward.map {
      JSON.Member($0.quantity.name, .number($0.value.scalar!))
    }
    answers += explanation.backward.dropFirst().map {
      JSON.Member("∂L/∂\($0.quantity.name)", .number($0.gradient.scalar!))
    }
    let marks = try sheet.marks(["answers": .object(answers)])
    #expect(marks.count == answers.count)
    for mark in marks { #expect(mark.verdict == .right, "\(mark)") }
  }

  /// Digits of the slide, rounded, truncated, or from rounded factors.
  @Test(arguments: [
    ("h2", "0.02"), ("∂L/∂y1_in", "−0.11"), ("∂L/∂y2_in", "0.026"), ("∂L/∂v(h1→y2)", "0.027"),
    ("∂L/∂v(h2→y1)", "-0.0018"), ("∂L/∂v(h2→y1)", "-0.002"), ("∂L/∂h1", "-0.158"),
    ("∂L/∂v(h2→y1)", "-0.0022"), ("∂L/∂v(h2→y2)", "0.0004"), ("∂L/∂w(x1→h1)", "0"),
  ])
  func slideDigitsAreRight(_ name: String, _ answer: String) throws {
    #expect(try mark(name, .string(answer)).verdict == .right)
  }

  @Test(arguments: [
    ("∂L/∂y1_in", 0.105188, "sign"), ("∂L/∂y1_in", -0.052594, "forgotten-2"),
    // 2(y1 − t1) without y1(1 − y1)
    ("∂L/∂y1_in", -0.536117, "missing-derivative"),
    // With v(h2→y1) and v(h1→y2) in each other's place.
    ("∂L/∂v(h2→y1)", 0.026549, "transpose"),
    ("∂L/∂h1", -0.5, nil), ("h2", 0.5, nil), ("y1_in", 5.0, nil), ("∂L/∂w(x1→h2)", 0, nil),
  ])
  func slipsAreNamed(_ name: String, _ answer: Double, _ mistake: String?) throws {
    let mark = try mark(name, .number(answer))
    #expect(mark.verdict == .wrong)
    #expect(mark.mistake == mistake, "\(mark)")
  }

  @Test func weightsAfterTheStepAreRecognised() throws {
    // ∂L/∂h1 = Σ v·∂y_in with v − 0.5·∂v in place of v, and all that follows from it.
    let explanation = try Preset.named("deck004.example").explanation(row: 1)
    let moved = explanation.parameters.map { $0.entries.map(\.newValue) }
    let (h1, h2) = (sigmoid(moved[0][0] * 3 + moved[0][1]), sigmoid(moved[0][2] * 3 + moved[0][3]))
    let value = moved[1][0] * h1 + moved[1][1] * h2
    let mark = try mark("y1_in", .number(value))
    #expect(mark.mistake == "updated-weight", "\(mark)")
  }

  private func sigmoid(_ x: Double) -> Double {
    let expression = try? Expression("σ(x)", at: "x=\(x)")
    return (try? expression?.explanation().forward.last?.value.scalar) ?? .nan
  }

  @Test func badFilesAreRefused() throws {
    let sheet = try sheet()
    let stranger = #expect(throws: (any Error).self) {
      try sheet.marks(["answers": ["h3": 1]])
    }
    #expect("\(try #require(stranger))".contains("Did you mean"))
    #expect(throws: (any Error).self) { try sheet.marks([1, 2]) }
    #expect(try mark("h2", "many").verdict == .wrong)
    #expect(try mark("h2", .bool(true)).verdict == .wrong)
    #expect(try mark("h2", .string("1e999")).verdict == .wrong)
  }
}
