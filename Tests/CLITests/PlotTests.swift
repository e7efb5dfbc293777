import ApusFormats
import Testing

/// `apus plot` as a person or a script uses it.
struct PlotTests {
  /// Runs a script in a new folder that is removed afterwards.
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  private static let training = """
    "$APUS" train moons --hidden 4 --epochs 4 --validation-split 0.2 --quiet --no-health --run-dir run >/dev/null
    """

  @Test func aRunLeavesItsCurves() throws {
    let result = try inFolder(
      """
      \(Self.training)
      "$APUS" train moons --hidden 4 --epochs 4 --validation-split 0.2 --quiet --no-health --run-dir again \\
        --threads 1 >/dev/null
      cmp run/curves.svg again/curves.svg && cmp run/batches.csv again/batches.csv && echo equal
      head -c 4 run/curves.svg; echo; head -1 run/batches.csv
      "$APUS" plot curves run --output curves.svg && cmp curves.svg run/curves.svg && echo same
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(result.output.hasPrefix("equal\n<svg\nstep,epoch,loss\nTraining loss fell from"))
    #expect(result.output.hasSuffix("same\n"))
    #expect(result.messages == "picture: curves.svg\n")
  }

  @Test func everyPlotOfAModelIsMade() throws {
    let plots = [
      "boundary", "weights", "confusion", "gradient-flow", "loss-slice", "gradient-check",
      "loss-contour --rows 8", "nudges --rows 4", "warp", "histograms",
    ]
    let commands = plots.map { "\"$APUS\" plot \($0) run/model.safetensors moons" }
    let result = try inFolder(
      """
      set -e
      \(Self.training)
      \(commands.map { $0 + " >/dev/null" }.joined(separator: "\n"))
      \(commands.map { $0 + " --json" }.joined(separator: "\n"))
      "$APUS" plot perceptron and --table
      "$APUS" plot learning-rates moons --epochs 1 --rates 0.1,1 --table
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(result.messages.isEmpty)
  }

  /// The same run twice leaves the same numbers, so its pictures are the same.
  @Test func picturesOfARun() throws {
    let result = try inFolder(
      """
      set -e
      for name in one two; do
        "$APUS" train moons --hidden 4 --epochs 6 --schedule "step(2e)" --quiet --run-dir $name >/dev/null
        "$APUS" plot gradient-flow $name --output $name.svg >$name.txt
        "$APUS" plot weights $name/model.safetensors moons --of update --output u-$name.svg >u-$name.txt
      done
      cmp one.svg two.svg; cmp u-one.svg u-two.svg; cat one.txt u-one.txt
      "$APUS" train moons --hidden 3 --epochs 4 --no-health --quiet --run-dir three >/dev/null
      "$APUS" plot curves one three --output both.svg
      grep -c "one, learning rate 0.001 → 0.0001 →" both.svg
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(result.output.contains("before the first step and"))
    #expect(result.output.contains("The step is number "))
    #expect(result.output.contains("hidden (4, 3)") && result.output.contains("epochs (6, 4)"))
    #expect(result.output.contains("schedule (step(2e), none)"))
  }

  @Test func aBoundaryWithAFrameForEachSnapshot() throws {
    let result = try inFolder(
      """
      set -e
      "$APUS" train xor --hidden 3 --activation tanh --batch-size full --epochs 6 --snapshots 2 \\
        --quiet --no-health --run-dir run >/dev/null
      "$APUS" plot boundary run xor --output course.svg >caption.txt
      cmp course.svg run/boundary.svg && echo same
      "$APUS" plot boundary run xor --frames --output frame.png >/dev/null
      ls frame-*.png | tr '\\n' ' '
      "$APUS" plot boundary run xor --frames --output frame.png 2>&1 || echo refused
      "$APUS" plot boundary run xor --output frame.png 2>&1 || echo refused
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(
      result.output.hasPrefix("same\nframe-001.png frame-002.png frame-003.png frame-004.png "))
    #expect(result.output.contains("it exists already"))
    #expect(result.output.contains("only SVG moves"))
    #expect(result.messages.hasPrefix("picture: course.svg, 4 frames\n"))
  }

  @Test(arguments: [
    ("boundary run moons", 1, "Train with --snapshots 1"),
    ("boundary run moons --frames", 64, "give --output NAME.svg"),
    ("boundary run/model.safetensors moons --frames", 64, "--frames is for the folder of a run"),
    ("loss-contour run/model.safetensors moons --rows 8 --batch-size 8", 64, "1 to 7 of the 8"),
    ("loss-contour run/model.safetensors moons --seed 1", 64, "give --batch-size too"),
    ("weights run/model.safetensors moons --of update --run /nowhere", 1, "no such file"),
    ("weights run/model.safetensors moons --run run", 64, "--run names the folder"),
    ("confusion run/model.safetensors moons --cell 0,1 --mistakes", 64, "give one of them"),
    ("confusion run/model.safetensors moons --cell 0", 64, "names no cell"),
    ("confusion run/model.safetensors moons --cell 0,7", 64, "there is no class \"7\""),
    ("curves run run", 64, "is named twice"),
    ("curves run run/model.safetensors", 64, "is no folder"),
    ("gradient-flow run", 1, "without --no-health"),
    ("gradient-flow run --seed 3", 64, "does not go with the folder of a run"),
  ])
  func mistakesAboutARunAreExplained(words: String, code: Int32, explanation: String) throws {
    let result = try inFolder("\(Self.training)\n\"$APUS\" plot \(words)")
    #expect(result.exitCode == code, "\(result.messages)")
    #expect(result.messages.contains(explanation), "\(result.messages)")
  }

  @Test func formatsAndThemes() throws {
    let result = try inFolder(
      """
      set -e
      for name in a.svg a.png a.pdf a.txt; do
        "$APUS" plot activations relu --at 1 --theme dark --output $name 2>/dev/null
      done
      head -c 4 a.svg; head -c 4 a.png | tail -c 3; head -c 4 a.pdf; grep -c z a.txt
      "$APUS" plot activations relu --json
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    let sentence = "relu(1) = 1, slope 1.\n"
    #expect(result.output.hasPrefix(sentence + sentence + sentence + sentence + "<svgPNG%PDF"))
    let report = try JSON(parsing: String(result.output.drop { $0 != "{" }))
    #expect(report["title"]?.stringValue == "Activation relu")
    #expect((report["table"]?["rows"]?.elements?.count ?? 0) > 10)
  }

  @Test func thePlainTerminalPictureHasNoColour() throws {
    let result = try Tool.run("plot activations tanh")
    #expect(result.exitCode == 0)
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count < 80 })
    #expect(result.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
  }

  @Test(arguments: [
    ("plot curvs", 64, "Did you mean \"plot curves\"?"),
    ("plot", 64, "the word after plot is missing"),
    ("plot curves /nowhere", 64, "is no folder"),
    ("plot curves /", 65, "holds no run"),
    ("plot activations rellu", 64, "expected one of"),
    ("plot activations relu --from 3 --to -3", 64, "--from must be below --to"),
    ("plot activations relu --output a.gif", 64, "ends in .svg, .png, .pdf, .tex or .txt"),
    ("plot activations relu --output /tmp", 64, "ends in"),
    ("plot activations relu --table --json", 64, "give one of them"),
    ("plot activations relu --model x.safetensors", 64, "--model needs --on"),
    ("plot activations relu --output a.png --scale 1e9", 1, "is too large"),
    ("plot gradient-flow digits", 64, "DATA alone with --depth"),
    ("plot gradient-flow digits --depth 0", 64, "expected a whole number from 1 to 200"),
    ("plot weights /nowhere digits", 1, "no such file"),
    ("plot activations relu --from -1e308 --to 1e308", 64, "two finite numbers"),
    ("plot batches digits --batches 2 --framed 2", 64, "batch 2 cannot be framed"),
    ("plot perceptron iris", 65, "two features with two classes"),
    ("plot batches moons", 65, "no images"),
    ("plot batches digits --batch-size 40 --batches 40", 64, "at most 480 images"),
    ("plot learning-rates moons --rates 0.1,0", 64, "numbers above 0"),
    ("plot gradient-flow /", 1, "without --no-health"),
    ("plot gradient-flow digits --width 3", 64, "name the folder of a RUN"),
    ("help plot nothing", 64, "there is no subcommand \"plot nothing\""),
  ])
  func mistakesAreExplained(words: String, code: Int32, explanation: String) throws {
    let result = try inFolder("\"$APUS\" \(words)")
    #expect(result.exitCode == code, "\(result.messages)")
    #expect(result.output.isEmpty)
    #expect(result.messages.contains(explanation), "\(result.messages)")
  }

  @Test func everyMemberExplainsItself() throws {
    let page = try Tool.run("help plot").output.split(separator: "\n")
    let start = try #require(page.firstIndex(of: "Subcommands:"))
    let names = page[(start + 1)...].prefix { $0 != "Options:" }
      .compactMap { line in line.firstMatch(of: #/^  plot ([a-z-]+)/#).map { String($0.output.1) } }
    #expect(names.contains("curves") && names.contains("loss-slice"))
    for name in names {
      let help = try Tool.run("plot \(name) --help")
      #expect(help.exitCode == 0)
      #expect(help.output == (try Tool.run("help plot \(name)").output))
      #expect(help.output.contains("Usage: apus plot \(name)"))
      #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(name)")
    }
  }

  /// Documentation/Gallery.md says with which command each picture was made.
  @Test(arguments: [
    ("sigmoid", "plot activations sigmoid --at 2.6"),
    ("activations", "plot activations step,sigmoid,tanh,relu"),
  ]) func theGalleryIsOfToday(name: String, command: String) throws {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    let path = folder.joined(separator: "/") + "/Documentation/gallery/\(name).svg"
    let result = try inFolder("\"$APUS\" \(command) --output a.svg >/dev/null && cat a.svg")
    #expect(result.output == String(decoding: try File.read(path), as: UTF8.self))
  }

  @Test func picturesAreNotOverwrittenUnasked() throws {
    let result = try inFolder(
      """
      "$APUS" plot activations relu --output a.svg >/dev/null 2>&1
      "$APUS" plot activations tanh --output a.svg
      """)
    #expect(result.exitCode == 64)
    #expect(result.messages.contains("it exists already"))
  }
}
