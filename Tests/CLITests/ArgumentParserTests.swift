import ApusCLI
import Testing

/// The parser alone, with declarations of each kind.
struct ArgumentParserTests {
  let data = Positional("DATA", .text, help: "")
  let more = Positional.optional("MORE", .text, help: "")
  let epochs = Option("epochs", .count, default: 5, help: "")
  let rate = Option("learning-rate", .positive, default: 0.1, help: "")
  let shift = Option("shift", .number, default: 0, help: "")
  let hidden = Option("hidden", .counts, default: [30, 30], help: "")
  let seed = Option("seed", .seed, default: 0, help: "")
  let dropout = Option("dropout", .fraction, default: 0, help: "")
  let output = Option.optional("output", .path, help: "")
  let engine = Option("engine", .name(of: ["fast", "reference"]), default: "fast", help: "")
  let force = Flag("force", help: "")

  private func parse(_ words: String) throws -> ParsedArguments {
    let arguments: [any Argument] = [
      data, more, epochs, rate, shift, hidden, seed, dropout, output, engine, force,
    ]
    return try ArgumentParser.parse(words.split(separator: " ").map(String.init), for: arguments)
  }

  private func complaint(_ words: String) -> String {
    do {
      _ = try parse(words)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func valuesAndDefaults() throws {
    let parsed = try parse(
      "digits --epochs=7 --learning-rate 1e-3 --shift -2.5 --hidden 8,4 --force --seed 9223372036854775807"
    )
    #expect(try parsed.value(of: data) == "digits")
    #expect(try parsed.value(of: more) == nil)
    #expect(parsed[epochs] == 7)
    #expect(parsed[rate] == 0.001)
    #expect(parsed[shift] == -2.5)
    #expect(parsed[hidden] == [8, 4])
    #expect(parsed[seed] == UInt64(Int.max))
    #expect(parsed[force])
    #expect(parsed[output] == nil)
    #expect(parsed[engine] == "fast")
    #expect(parsed.isGiven(epochs) && !parsed.isGiven(engine))
  }

  @Test func wordsByPlace() throws {
    #expect(try parse("-").value(of: data) == "-")
    #expect(try parse("-1.5").value(of: data) == "-1.5")
    let parsed = try parse("--force -- --strange -x")
    #expect(try parsed.value(of: data) == "--strange")
    #expect(try parsed.value(of: more) == "-x")
    #expect(try parse("a --output b=c")[output] == "b=c")
    #expect(try parse("a --output=b=c")[output] == "b=c")
  }

  @Test func helpWins() throws {
    #expect(try parse("--nonsense --help").asksForHelp)
    #expect(try !parse("a -- --help").asksForHelp)
  }

  @Test(arguments: [
    ("", "DATA is missing"),
    ("a b c", "nothing is expected where \"c\" stands"),
    ("a --epochs 0", "--epochs: expected a whole number of at least 1; found \"0\""),
    ("a --epochs -3", "--epochs: expected a whole number of at least 1; found \"-3\""),
    ("a --epochs 99999999999999999999", "found \"99999999999999999999\""),
    ("a --epochs 1.5", "found \"1.5\""),
    ("a --learning-rate 0", "--learning-rate: expected a number above 0; found \"0\""),
    ("a --learning-rate nan", "found \"nan\""),
    ("a --learning-rate 1e999", "found \"1e999\""),
    ("a --learning-rate 0x10", "found \"0x10\""),
    ("a --dropout 1", "from 0 up to, but not with, 1; found \"1\""),
    ("a --hidden 30,,30", "as 30,30; found \"30,,30\""),
    ("a --hidden 30,0", "found \"30,0\""),
    ("a --epochs", "--epochs needs a value (N) after it"),
    ("a --epochs --force", "but \"--force\" follows"),
    ("a --output= ", "--output: expected the path of a file; found \"\""),
    ("a --epochs 1 --epochs 2", "--epochs is given twice"),
    ("a --force=1", "--force takes no value"),
    ("a --epoch 3", "Did you mean \"--epochs\"?"),
    ("a -epochs 3", "there is no option \"-epochs\". Did you mean \"--epochs\"?"),
    ("a --engine fsat", "expected one of fast, reference; found \"fsat\". Did you mean \"fast\"?"),
  ])
  func mistakes(words: String, expected: String) {
    #expect(complaint(words).contains(expected), "\(complaint(words))")
  }
}
