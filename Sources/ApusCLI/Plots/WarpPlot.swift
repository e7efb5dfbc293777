internal import Apus
internal import ApusDrawing
internal import ApusExplain

/// `apus plot warp MODEL DATA`
struct WarpPlot: Plot {
  let name = "plot warp"
  let summary = "How a hidden layer bends the plane until a line can divide it."
  let examples = [
    Example("plot warp model.safetensors xor", "the first layer, its first two units"),
    Example(
      "plot warp model.safetensors moons --layer dense_2 --units 0,2 --output warp.svg",
      "another layer and other units"),
  ]

  private let options = ModelOptions(rows: 400)
  private let layer = Option.optional(
    "layer", .text.named("NAME"), shown: "the first one", help: "Whose units are the axes.")
  private let units = Option(
    "units", .unitPair, default: UnitPair(0, 1), help: "Which two, counted from 0.")

  var ownArguments: [any Argument] { options.arguments + [layer, units] }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure {
    let loaded = try options.load(parsed)
    let units = parsed[units]
    return try LayerWarp(
      loaded.network, on: loaded.rows, layer: parsed[layer], units: (units.first, units.second),
      subtitle: try loaded.subtitle()
    ).figure
  }
}

/// Two units of a layer: `0,1`.
struct UnitPair: Sendable, CustomStringConvertible {
  let first: Int
  let second: Int

  init(_ first: Int, _ second: Int) {
    self.first = first
    self.second = second
  }

  var description: String { "\(first),\(second)" }
}

extension ArgumentType<UnitPair> {
  fileprivate static var unitPair: Self {
    Self(placeholder: "N,N") { word in
      let units = word.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
      guard units.count == 2, units.allSatisfy({ $0 >= 0 }) else {
        return .expected("two units with a comma between them, as 0,1")
      }
      return .value(UnitPair(units[0], units[1]))
    }
  }
}
