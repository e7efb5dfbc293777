internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot curves RUN…`
struct CurvesPlot: Plot {
  let name = "plot curves"
  let summary = "Loss and accuracy over the epochs of recorded runs."
  let examples = [
    Example("plot curves runs/digits-1", "in the terminal"),
    Example("plot curves runs/digits-1 --output curves.svg", "as a picture"),
    Example("plot curves runs/digits-1 runs/digits-2", "two runs, and what they differ in"),
    Example("plot curves runs/deck003-1 --linear --table", "the numbers"),
  ]

  private let folder = Positional("RUN", .path.named("RUN"), help: "The folder of a run.")
  private let others = PositionalList(
    "OTHER", .path.named("OTHER"), help: "Further runs, to compare with; six in all at the most.")
  private let linear = Flag(
    "linear", help: "The loss on a linear axis instead of a logarithmic one.")

  var ownArguments: [any Argument] { [folder, others, linear] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let first = try parsed.value(of: folder)
    let others = parsed[others]
    return others.isEmpty
      ? try TrainingCurves(run: first).figure(isLogarithmic: !parsed[linear])
      : try CurveComparison(runs: [first] + others).figure(isLogarithmic: !parsed[linear])
  }
}
