import ApusEngine
import ApusExplain
import ApusFormats
import ApusGraph
import Testing

struct ExpressionTests {
  private func value(_ text: String, at values: String = "") throws -> Double {
    let expression = try Expression(text, at: values)
    let result = try expression.graph.evaluate([expression.result], feeding: expression.values)
    return try #require(result[0].scalar)
  }

  @Test(arguments: [
    ("1 + 2·3", 7.0), ("(1+2)*3", 9), ("-2^2", -4), ("2^-1", 0.5), ("2^3^2", 512),
    ("8/4/2", 1), ("8 − 4 − 2", 2), ("2×3", 6), ("3²", 9), ("2**3", 8), ("--2", 2), ("+3", 3),
    ("1e3", 1000), ("2.5e-1", 0.25), (".5", 0.5), ("max(1, 2, 3)", 3), ("min(4, 2)", 2),
    ("sum([1, 2, 3])", 6), ("mean([1;2;3])", 2), ("max([1 5 2])", 5), ("[1,2,3]@[4,5,6]", 32),
    ("sum([[1,2],[3,4]]@[1,1])", 10), ("sum([1,2;3,4]' @ [1,0])", 3), ("relu(-3)", 0),
    ("leaky_relu(-2, 0.1)", -0.2), ("abs(-2)", 2), ("sqrt(16)", 4), ("ln(1)", 0), ("σ(0)", 0.5),
    ("a = 2; b = a + 1; a·b", 6), ("square(3)", 9), ("step(2) + sign(-5)", 0),
    ("dot([1,2],[3,4])", 11),
  ])
  func readsMathematics(_ text: String, _ expected: Double) throws {
    #expect(abs(try value(text) - expected) < 1e-12)
  }

  @Test func namesMayBeGreekOrHaveSubscripts() throws {
    #expect(try value("θ*x₁ + w_1·ŷ", at: "θ=2, x₁=3, w_1=4, ŷ=5") == 26)
    #expect(try value("π", at: "") == Double.pi)
    #expect(try value("w*x", at: "w=1/4; x=-8") == -2)
  }

  @Test(arguments: [
    ("w1*x1 + * w2", "w1=1,x1=1,w2=2", 9, "expected a number, a name, a function, ( or [, found *"),
    ("max(w1, x3", "w1=1,x3=2", 11, "expected a comma or ) for the ( in column 4, found the end"),
    ("(1 + 2", "", 7, "expected ) for the ( in column 1, found the end"),
    ("1 + 2)", "", 6, "found ) without its ("),
    ("2x", "x=1", 2, "a product needs its sign, as 2*x"),
    ("relo(1)", "", 1, "Did you mean \"relu\"?"), ("xx + 1", "x=3", 1, "Did you mean \"x\"?"),
    ("y + 1", "", 1, "give it one: --at y=2"), ("relu + 1", "", 1, "write relu(x)"),
    ("relu(1, 2)", "", 1, "takes 1 operand, found 2"),
    ("[[1,2],[3]]", "", 11, "every row must have 2 numbers"),
    ("[[1,2],[3,4]] @ [1,2,3]", "", 15, "the inner dimensions must be equal"),
    ("[1,2] + [1,2,3]", "", 7, "[2] and [3]"), ("1 $ 2", "", 3, "there is no such sign"),
    ("|x|", "x=1", 1, "write abs(x)"), ("1e999", "", 1, "too large"), ("", "", 1, "found the end"),
    ("1 = 2", "", 3, "only a name at the start"), ("x = 1", "x=2", 1, "already has a value"),
    ("σ = 1", "", 1, "is a function"),
    ("[1, a]", "a=1", 5, "expected a number between the brackets"),
    ("log_softmax(3)", "", 1, "takes a vector"), ("leaky_relu(1, x)", "x=1", 1, "written number"),
  ])
  func mistakesPointAtTheColumn(
    _ text: String, _ values: String, _ column: Int, _ words: String
  ) throws {
    let error = #expect(throws: ExpressionError.self) { try Expression(text, at: values) }
    #expect(error?.column == column)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "nothing")")
    let lines = error?.description.split(separator: "\n", omittingEmptySubsequences: false) ?? []
    #expect(String(lines.last ?? "") == String(repeating: " ", count: column + 1) + "^")
  }

  @Test func valuesHaveColumnsToo() throws {
    let error = #expect(throws: ExpressionError.self) { try Expression("x", at: "x=1,y") }
    #expect(error?.description.hasPrefix("--at, column 5: expected NAME=VALUE") == true)
    let twice = #expect(throws: ExpressionError.self) { try Expression("x", at: "x=1,x=2") }
    #expect(twice?.message == "x is given twice")
    let stranger = #expect(throws: (any Error).self) { try Expression("x", at: "x=1,y=2") }
    #expect("\(try #require(stranger))".contains("the expression has no name y; it has x"))
    #expect(throws: (any Error).self) { try Expression("x", at: "x=1", parameters: ["z"]) }
  }

  @Test func depthAndSizeAreLimited() throws {
    let deep = String(repeating: "(", count: 100_000)
    let error = #expect(throws: ExpressionError.self) { try Expression(deep) }
    #expect(error?.message.contains("at most 100000 bytes") == false)
    #expect(error?.message.contains("nests deeper than 100") == true)
    for text in [
      String(repeating: "-", count: 50_000) + "1", String(repeating: "2^", count: 40_000) + "2",
      String(repeating: "relu(", count: 10_000) + "1" + String(repeating: ")", count: 10_000),
      String(repeating: "1+", count: 40_000) + "1", String(repeating: "[", count: 99_999),
      "[" + String(repeating: "1,", count: 40_000) + "1]", String(repeating: "1", count: 200_000),
    ] {
      #expect(throws: (any Error).self) { try Expression(text) }
    }
    #expect(
      try value(String(repeating: "(", count: 90) + "1" + String(repeating: ")", count: 90)) == 1)
    #expect(try value(String(repeating: "1+", count: 1_000) + "1") == 1_001)
  }

  /// A clear error or an answer, never a crash: strings of the grammar's own pieces and of anything.
  @Test func randomStringsNeverCrash() throws {
    let pieces = [
      "x", "w1", "relu", "softmax", "max", "(", ")", "[", "]", ",", ";", "+", "-", "*", "/", "@",
      "^",
      "²", "'", "=", "1", "2.5", "1e30", "0", ".", " ", "σ", "é", "\u{0}", "🦅", "\n", "_", "mean",
      "cross_entropy", "[1,2]", "[[1,2],[3,4]]", "sum(", "leaky_relu(", "elu(", "pow(",
    ]
    var random = RandomStream(seed: 1, purpose: RandomPurpose(named: "random strings"))
    var answers = 0
    for _ in 0..<10_000 {
      let chosen = (0..<random.integer(below: 14)).map { _ in
        pieces[random.integer(below: pieces.count)]
      }
      let text = chosen.joined()
      let values = ["x=0.5", "w1=-2"].filter { chosen.contains(String($0.prefix { $0 != "=" })) }
      do {
        let expression = try Expression(text, at: values.joined(separator: ","))
        let explanation = try expression.explanation()
        #expect(!explanation.text().isEmpty)
        if answers.isMultiple(of: 10) {
          #expect(try JSON(parsing: explanation.json().text()).members?.count == 11)
          #expect(!explanation.markdown().isEmpty)
        }
        answers += 1
      } catch let error as any DiagnosableError {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(answers > 50)
  }
}

extension Expression {
  fileprivate init(_ text: String) throws { try self.init(text, at: "") }
}
