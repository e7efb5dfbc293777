/// `apus plot NAME …`
struct PlotCommand: SubcommandFamily {
  let name = "plot"
  let summary = "Draw trainings and networks: SVG, PNG, PDF, or in the terminal."
  let examples = [
    Example("plot curves runs/digits-1", "loss and accuracy of a run, in the terminal"),
    Example("plot boundary model.safetensors moons --output moons.svg", "where the classes meet"),
    Example("plot activations relu --at 1.5", "a function, its slope, a point with its tangent"),
  ]

  let members: [any Subcommand] = [
    CurvesPlot(), BoundaryPlot(), WeightsPlot(), ConfusionPlot(), GradientFlowPlot(),
    ActivationsPlot(), LossSlicePlot(), LossContourPlot(), BatchesPlot(), GradientCheckPlot(),
    NudgesPlot(), WarpPlot(), HistogramsPlot(), PerceptronPlot(), LearningRatesPlot(),
  ]
}
