internal import ApusExplain

/// How far `apus explain` goes down into a network.
struct DrillOptions {
  let layer = Option.optional(
    "layer", .text.named("LAYER"), shown: "all", help: "The units of one layer of a network.")
  let unit = Option.optional(
    "unit", .text.named("LAYER:N"), shown: "all",
    help: "One neuron with every number; N counts from 1 as the names do.")
  let weight = Option.optional(
    "weight", .text.named("NAME"), shown: "all",
    help: "One weight with its chain of factors: dense_1[3,5] counts from 0, or w(x1→h2).")

  var arguments: [any Argument] { [layer, unit, weight] }

  func target(_ parsed: ParsedArguments) throws -> DrillTarget? {
    let targets = [
      parsed[layer].map { DrillTarget.layer($0) },
      try parsed[unit].map { try DrillTarget(parsingUnit: $0) },
      parsed[weight].map { DrillTarget.weight($0) },
    ].compactMap { $0 }
    guard targets.count <= 1 else {
      throw UsageError.conflict("--layer, --unit and --weight stand alone; give one of them")
    }
    return targets.first
  }
}
