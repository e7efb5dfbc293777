import ApusFormats
import Testing

/// `apus check-gradients`
struct CheckGradientsTests {
  private static let lecture =
    "check-gradients deck003 --hidden 3 --activation sigmoid --output-activation sigmoid "
    + "--loss squared_error_per_row"

  @Test func theLecturesNetwork() throws {
    let result = try Tool.run(Self.lecture)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("All 4 tensors agree."))
    #expect(result.output.contains("14 forward") && result.output.contains("26 forward"))
    let json = try JSON(parsing: try Tool.run(Self.lecture + " --json").output)
    #expect(json["passes"]?.boolValue == true)
    #expect(json["effort"]?["passes"]?["central_difference"]?.intValue == 26)
    #expect(json["tensors"]?.elements?.count == 4)
  }

  @Test func aGradientThatIsOffIsExitCodeOne() throws {
    // So wide a difference errs by curvature.
    let result = try Tool.run(Self.lecture + " --epsilon 0.5 --tolerance 1e-9")
    #expect(result.exitCode == 1)
    #expect(result.output.contains("WRONG"))
    #expect(result.messages.contains("the gradient of dense_1.weight"))
  }

  @Test func presetsAndExpressions() throws {
    let preset = try Tool.run("check-gradients --preset deck003.xor --row 2")
    #expect(preset.exitCode == 0 && preset.output.contains("All 4 tensors agree."))
    #expect(preset.output.contains("14 forward") && preset.output.contains("26 forward"))
    let json = try JSON(
      parsing: try Tool.run("check-gradients w*w*x --at w=2,x=3 --parameters w --json").output)
    #expect(json["cost"]?.doubleValue == 12)
    #expect(json["tensors"]?.elements?.first?["largest_gradient"]?.doubleValue == 12)
  }

  @Test(arguments: [
    ("check-gradients --preset deck003.xro", "Did you mean \"deck003.xor\"?"),
    ("check-gradients --preset deck003.xor --row 9", "has 4 rows"),
    ("check-gradients --preset deck003.xor iris", "--preset stands alone"),
    ("check-gradients --preset deck003.xor --hidden 3", "--hidden cannot stand beside --preset"),
    ("check-gradients x*y --at x=2", "y has no value"),
    ("check-gradients x*y iris --at x=2,y=1", "\"iris\" is too much"),
    ("check-gradients iris --row 2", "--row is of a --preset"),
    ("check-gradients", "MODEL is missing"),
    ("check-gradients model.safetensors", "DATA is missing"),
    ("check-gradients model.safetensors iris --hidden 3", "MODEL has its own layers"),
    ("check-gradients irs", "Did you mean \"iris\"?"),
    ("check-gradients iris --epsilon 1e-300", "epsilon must be from 1e-9 to 1"),
    ("check-gradients iris --loss mse", "--loss: expected one of"),
  ])
  func mistakesAreExplained(words: String, explanation: String) throws {
    let result = try Tool.run(words)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.messages.contains(explanation), "\(result.messages)")
  }
}
