internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus draw network`
struct NetworkDrawing: Plot {
  let name = "draw network"
  let summary = "Draw a network: a circle for each unit, a line for each weight."
  let examples = [
    Example("draw network model.safetensors --output network.svg", "a trained model"),
    Example("draw network --input 2 --hidden 3 --outputs 1", "one that is not there yet"),
    Example(
      "draw network --preset deck004.example --mode gradient --output g.svg", "its gradients"),
    Example("draw network model.safetensors digits --row 3 --mode value", "the values of a row"),
    Example(
      "draw network --preset deck003.mnist --style boxes --output b.svg", "a box for a layer"),
  ]

  private let subject = SubjectOptions()
  private let layers = StackOptions(
    outputName: "outputs", activation: "sigmoid", outputActivation: "sigmoid")
  private let seed = Option(
    "seed", .seed, default: UInt64(0), help: "Of its first weights.")
  private let mode = Option(
    "mode", .name(of: NetworkPicture.Mode.allCases.map(\.rawValue)), default: "weights",
    help: "What circles and lines show.")
  private let style = Option(
    "style", .name(of: NetworkPicture.Style.allCases.map(\.rawValue)), default: "circles",
    help: "A circle for each unit, or a box for each layer.")
  private let learningRate = Option(
    "lr", .positive, default: 0.1, help: "Learning rate of --mode update.")

  /// More weights are not drawn one by one anyway, and take long to make.
  private static let mostParameters = 20_000_000

  var ownArguments: [any Argument] {
    subject.arguments + layers.arguments + [seed, mode, style, learningRate]
  }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let mode = NetworkPicture.Mode(rawValue: parsed[mode]) ?? .weights
    let subject = try chosenSubject(parsed, needsRow: mode != .weights)
    return try NetworkPicture(
      subject, mode: mode, style: NetworkPicture.Style(rawValue: parsed[style]) ?? .circles,
      learningRate: parsed[learningRate]
    ).figure()
  }

  private func chosenSubject(_ parsed: ParsedArguments, needsRow: Bool) throws -> Subject {
    let model = try subject.modelAlone(parsed)
    if let units = parsed[layers.input] {
      if model != nil || subject.isGiven(parsed) {
        throw UsageError.conflict("--input makes a network; it cannot stand beside another one")
      }
      try refuse(needsRow)
      return try alone(try made(units, parsed), "of seed \(parsed[seed])")
    }
    guard let model else { return try subject.subject(parsed) }
    try refuse(needsRow)
    return try alone(try Network(contentsOf: model), model)
  }

  private func refuse(_ needsRow: Bool) throws {
    if needsRow {
      throw UsageError.conflict("--mode is of a row: give a MODEL with its DATA, or a --preset")
    }
  }

  private func made(_ inputs: Int, _ parsed: ParsedArguments) throws -> Network {
    let sizes = [inputs] + layers.units(parsed)
    var count = 0
    for (before, units) in zip(sizes, sizes.dropFirst()) {
      // Each size is below 2²⁴, so that no product overflows.
      count += before * units + units
      guard count <= Self.mostParameters else {
        throw UsageError.conflict(
          "a network of more than \(NumberFormat.grouped(Self.mostParameters)) parameters is not "
            + "drawn; give smaller layers")
      }
    }
    let activations = try layers.activations(parsed)
    let model = Sequential(
      parsed[layers.hidden].sizes.map { Dense($0, activation: activations.hidden) }
        + [Dense(parsed[layers.output], activation: activations.output)])
    return try Network(model, inputShape: [inputs], seed: parsed[seed])
  }

  /// A network without a row: zeros go through it, and nothing of them is shown.
  private func alone(_ network: Network, _ title: String) throws -> Subject {
    let count = network.inputs.first?.shape.reduce(1, *) ?? 1
    let shape = [1] + (network.inputs.first?.shape ?? [count])
    let row = TensorData([Double](repeating: 0, count: count), shape: shape)
    return try Subject(network, input: row, title: title)
  }
}
