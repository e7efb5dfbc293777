internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot loss-slice MODEL DATA --weight PLACE`
struct LossSlicePlot: Plot {
  let name = "plot loss-slice"
  let summary = "The loss as one weight varies, with tangent, secant and the next step."
  let examples = [
    Example("plot loss-slice model.safetensors xor --weight \"dense_1[0,0]\"", "in the terminal"),
    Example(
      "plot loss-slice model.safetensors digits --weight \"dense_2[3,5]\" --output slice.svg",
      "as a picture"),
    Example(
      "plot loss-slice model.safetensors xor --epsilon 0.5 --learning-rate 1",
      "with the lecture's difference"),
  ]

  private let options = ModelOptions(rows: 128)
  private let weight = Option(
    "weight", .text.named("PLACE"), default: "dense_1[0,0]",
    help: "Layer, unit and input, counted from 0; dense_1.bias[0] is a bias.")
  private let reach = Option.optional(
    "reach", .positive, shown: "so that the step is seen", help: "How far to both sides.")
  private let epsilon = Option.optional(
    "epsilon", .positive, shown: "a quarter of the reach", help: "Of the secant.")
  private let learningRate = Option(
    "learning-rate", .positive, default: LossSlice.Settings().learningRate, help: "Of the step.")

  var ownArguments: [any Argument] { options.arguments + [weight, reach, epsilon, learningRate] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    let place = try ParameterPlace(parsing: parsed[weight], in: loaded.network.parameters)
    var settings = LossSlice.Settings()
    settings.reach = parsed[reach]
    settings.epsilon = parsed[epsilon]
    settings.learningRate = parsed[learningRate]
    return try LossSlice(
      loaded.network, at: place, loss: try loaded.loss(), on: loaded.rows, settings: settings,
      subtitle: try loaded.subtitle()
    ).figure
  }
}
