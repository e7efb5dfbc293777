internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot curves RUN`
struct CurvesPlot: Plot {
  let name = "plot curves"
  let summary = "Loss and accuracy over the epochs of a recorded run."
  let examples = [
    Example("plot curves runs/digits-1", "in the terminal"),
    Example("plot curves runs/digits-1 --output curves.svg", "as a picture"),
    Example("plot curves runs/deck003-1 --linear --table", "the numbers"),
  ]

  private let folder = Positional("RUN", .path.named("RUN"), help: "The folder of a run.")
  private let linear = Flag(
    "linear", help: "The loss on a linear axis instead of a logarithmic one.")

  var ownArguments: [any Argument] { [folder, linear] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    try TrainingCurves(run: try parsed.value(of: folder)).figure(isLogarithmic: !parsed[linear])
  }
}
