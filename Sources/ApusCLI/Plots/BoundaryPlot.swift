internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot boundary MODEL DATA`, `apus plot boundary RUN DATA`
struct BoundaryPlot: Plot {
  let name = "plot boundary"
  let summary = "Where a network's classes meet in the plane of two features, also epoch by epoch."
  let examples = [
    Example("plot boundary model.safetensors moons", "training and held-out rows"),
    Example("plot boundary model.safetensors xor --output xor.svg", "as a picture"),
    Example("plot boundary model.safetensors spirals --part test --table", "rows with predictions"),
    Example(
      "plot boundary runs/moons-1 moons --output moons.svg",
      "the course of a run with snapshots (apus train --snapshots 1), animated"),
    Example(
      "plot boundary runs/moons-1 moons --frames --output moons.png",
      "the same as moons-001.png, moons-002.png, …"),
  ]

  private let options = ModelOptions(rows: 1000)
  private let frames = Flag(
    "frames", help: "Of a run: a file for each snapshot instead of an animation.")

  var ownArguments: [any Argument] { options.arguments + [frames] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    try DecisionBoundary(try options.network(parsed), parts: try options.parts(parsed)).figure
  }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    let path = try options.path(parsed)
    guard File.kind(path) == .folder else {
      guard !parsed[frames] else {
        throw UsageError.conflict("--frames is for the folder of a run, in place of MODEL")
      }
      return try show(parsed, in: session)
    }
    let figures = FigureOptions()
    try figures.checkFrames(parsed, separately: parsed[frames])
    let folder = RunFolder(existing: path)
    guard File.kind(folder.snapshotsPath) == .file else {
      throw FileError(
        .open, folder.snapshotsPath, "there is no such file",
        hint: "Train with --snapshots 1, or name \(folder.modelPath) for the end of the run.")
    }
    let network = try Network(contentsOf: folder.modelPath)
    let course = try BoundaryCourse(
      network, at: try Snapshots.read(folder.snapshotsPath),
      parts: try options.parts(parsed, for: network))
    try figures.show(
      course.frames.map(\.figure), summary: course.figure, separately: parsed[frames], parsed,
      session)
  }
}
