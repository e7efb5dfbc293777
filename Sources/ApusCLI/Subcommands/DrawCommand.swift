/// `apus draw NAME …`
struct DrawCommand: SubcommandFamily {
  let name = "draw"
  let summary = "Draw networks and computations: SVG, PNG, PDF, DOT, or in the terminal."
  let examples = [
    Example(
      "draw graph \"max(w1*x1 + w2*x2, x3)\" --at w1=2,w2=-1,x1=3,x2=4,x3=1 --output max.svg",
      "a computation with the numbers of both passes"),
    Example("draw network model.safetensors --output network.svg", "units and weights"),
    Example("draw graph --preset deck004.example --frame 9", "stopped on the way"),
  ]

  let members: [any Subcommand] = [NetworkDrawing(), GraphDrawing()]
}
