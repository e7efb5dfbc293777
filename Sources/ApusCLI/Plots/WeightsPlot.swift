internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot weights MODEL`
struct WeightsPlot: Plot {
  let name = "plot weights"
  let summary = "The weights of a layer as images, one tile for each unit."
  let examples = [
    Example("plot weights model.safetensors digits", "what each hidden unit looks for"),
    Example(
      "plot weights model.safetensors mnist --data DIR --shape 28x28 --output weights.png",
      "as a picture"),
    Example("plot weights model.safetensors digits --of gradient", "where the loss pulls"),
    Example(
      "plot weights runs/digits-1/model.safetensors digits --of update",
      "what the last step of the run changed"),
  ]

  private let options = ModelOptions(rows: 256)
  private let layer = Option.optional(
    "layer", .text.named("NAME"), shown: "the first one", help: "Whose weights.")
  private let shape = Option.optional(
    "shape", .imageShape, shown: "the data's, else a square", help: "Height and width of a tile.")
  private let content = Option(
    "of", .name(of: WeightImages.Content.allCases.map(\.rawValue)), default: "weights",
    help: "What is shown.")
  private let run = Option.optional(
    "run", .path.named("RUN"), shown: "the model's folder",
    help: "The folder of the run whose last update is shown.")

  var ownArguments: [any Argument] { options.arguments + [layer, shape, content, run] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    let content = WeightImages.Content(rawValue: parsed[content]) ?? .weights
    let update = try content == .update ? self.update(parsed) : nil
    if content != .update, parsed.isGiven(run) {
      throw UsageError.conflict("--run names the folder for --of update")
    }
    return try Self.figure(
      of: loaded, layer: parsed[layer], content: content, shape: parsed[shape], update: update)
  }

  /// - Parameter layer: nil for the first one.
  static func figure(
    of loaded: ModelOptions.Loaded, layer: String? = nil,
    content: WeightImages.Content = .weights, shape: [Int]? = nil, update: ParameterUpdate? = nil
  ) throws -> Figure {
    let probe = try NetworkProbe(
      loaded.network, on: loaded.rows, loss: content == .gradient ? loaded.loss() : nil)
    let layer = try probe.layer(named: layer)
    let isFirst = layer.name == probe.layers.first?.name
    let image = isFirst ? loaded.rows.imageShape.map { Array($0.suffix(2)) } : nil
    let means = isFirst ? try NetworkProbe.meanInputs(loaded.network, on: loaded.rows) : []
    return try WeightImages(
      layer, content: content, shape: shape ?? image, meanInputs: means,
      update: update, subtitle: loaded.subtitle(probe.layers)
    ).figure
  }

  private func update(_ parsed: ParsedArguments) throws -> ParameterUpdate {
    let folder = try parsed[run] ?? File.splitPath(try options.path(parsed)).folder ?? "."
    let path = "\(folder)/update.safetensors"
    guard File.kind(path) == .file else {
      throw FileError(
        .open, path, "there is no such file",
        hint: "Name the folder of a run of apus train with --run.")
    }
    return try ParameterUpdate(contentsOf: path)
  }
}

extension ArgumentType<[Int]> {
  /// `28x28`
  fileprivate static var imageShape: Self {
    Self(placeholder: "HxW") { word in
      let sides = word.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard sides.count == 2, sides.allSatisfy({ (1...1 << 20).contains($0) }) else {
        return .expected("height and width as 28x28")
      }
      return .value(sides)
    }
  }
}
