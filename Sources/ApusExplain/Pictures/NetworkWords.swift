public import ApusLayers
internal import ApusTraining

/// A network in a few words, for the line below a figure's title.
public enum NetworkWords {
  /// `784-30-30-10 (relu, relu, linear)`; for many layers `64-12×32-10 (sigmoid, …, linear)`.
  public static func architecture(_ layers: [NetworkProbe.Layer]) -> String {
    guard let first = layers.first else { return "no layers" }
    var parts = [String(first.inputs)]
    var index = 0
    while index < layers.count {
      var end = index
      while end < layers.count, layers[end].units == layers[index].units { end += 1 }
      let run = end - index
      let units = String(layers[index].units)
      parts += run > 3 ? ["\(run)×\(units)"] : Array(repeating: units, count: run)
      index = end
    }
    let names = layers.map(\.activation)
    let shown =
      names.count > 4
      ? [names[0], "…", names[names.count - 2], names[names.count - 1]] : names
    return parts.joined(separator: "-") + " (" + shown.joined(separator: ", ") + ")"
  }

  /// `digits · 64-30-10 (relu, linear) · seed 0`
  public static func line(
    data: String, _ network: Network, _ layers: [NetworkProbe.Layer]
  ) -> String {
    [data, architecture(layers), "seed \(network.seed)"].joined(separator: " · ")
  }
}
