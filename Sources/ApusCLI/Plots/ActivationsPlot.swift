internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot activations NAME…`
struct ActivationsPlot: Plot {
  let name = "plot activations"
  let summary = "Activation functions with their slopes, a point and its tangent."
  let examples = [
    Example("plot activations sigmoid --at 2.6", "the neuron of lecture deck 002"),
    Example("plot activations step,sigmoid,tanh,relu", "side by side over −7…7"),
    Example("plot activations leaky_relu(0.1) --from -3 --to 3 --output leaky.svg", "as a picture"),
    Example(
      "plot activations sigmoid --model model.safetensors --on moons --layer dense_1",
      "with the net inputs of a trained layer"),
  ]

  private let names = Positional(
    "NAMES", .activations, help: "Functions with commas between them.")
  private let at = Option.optional("at", .number, help: "Where the point and its tangent are.")
  private let from = Option(
    "from", .number, default: ActivationFigure.usualRange.lowerBound, help: "The smallest z.")
  private let to = Option(
    "to", .number, default: ActivationFigure.usualRange.upperBound, help: "The largest z.")
  private let model = Option.optional(
    "model", .path.named("MODEL"), help: "A trained model, for the net inputs of a layer.")
  private let on = Option.optional(
    "on", .path.named("DATA"), help: "The data that go into the model.")
  private let dataFolder = Option.optional(
    "data", .path.named("DIR"), help: "The folder of a named data set that is read from files.")
  private let layer = Option.optional(
    "layer", .text.named("NAME"), shown: "the first one", help: "Of which the net inputs are.")

  var ownArguments: [any Argument] { [names, at, from, to, model, on, dataFolder, layer] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let (low, high) = (parsed[from], parsed[to])
    guard low < high else { throw UsageError.conflict("--from must be below --to") }
    let activations = try parsed.value(of: names).map { try Activation.named($0) }
    guard activations.count <= 4 else {
      throw UsageError.conflict(
        "at most four functions can be told apart; found \(activations.count)")
    }
    return try ActivationFigure(
      activations, range: low...high, at: parsed[at], distribution: try distribution(parsed)
    ).figure
  }

  private func distribution(_ parsed: ParsedArguments) throws -> ActivationFigure.Distribution? {
    guard let path = parsed[model] else {
      guard parsed[on] == nil, parsed[layer] == nil else {
        throw UsageError.conflict("--on and --layer need --model")
      }
      return nil
    }
    guard let data = parsed[on] else {
      throw UsageError.conflict("--model needs --on: the data that go into it")
    }
    let network = try Network(contentsOf: path)
    let rows = try network.load(data, folder: parsed[dataFolder], targets: .ifPresent).dataset
      .prefix(256)
    let probe = try NetworkProbe(network, on: rows, loss: nil)
    let layer = try probe.layer(named: parsed[layer])
    return ActivationFigure.Distribution(
      title: "\(layer.name) of \(NetworkWords.line(data: rows.name, network, probe.layers))",
      netInputs: layer.netInputs)
  }
}

extension ArgumentType<[String]> {
  /// Activations with commas between them, where a comma inside parentheses divides settings.
  fileprivate static var activations: Self {
    Self(placeholder: "NAMES", completion: .names(ActivationList.names)) { word in
      var names = [""]
      var depth = 0
      for character in word {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        if character == ",", depth == 0 {
          names.append("")
        } else {
          names[names.count - 1].append(character)
        }
      }
      for name in names {
        if case .expected(let what) = ArgumentType<String>.activation.read(name) {
          return .expected(what)
        }
      }
      return .value(names)
    }
  }
}
