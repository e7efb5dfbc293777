internal import Apus

/// The sizes and activations of a network that is not there yet.
struct StackOptions: Sendable {
  /// Products of two sizes, times two, stay far from the largest Int.
  private static let sizeLimit = 1 << 24

  let input = Option.optional(
    "input", .integer(in: 1...sizeLimit), help: "Features of a row, for a network to be made.")
  let hidden = Option(
    "hidden", .layerSizes, default: LayerSizes([]), help: "Units of its hidden layers, or none.")
  let output: Option<Int>
  let activation: Option<String>
  let outputActivation: Option<String>

  /// - Parameter outputName: where `--output` is a file, another one.
  init(outputName: String = "output", activation: String, outputActivation: String) {
    output = Option(
      outputName, .integer(in: 1...Self.sizeLimit), default: 1, help: "Units of its last layer.")
    self.activation = Option(
      "activation", .activation, default: activation, help: "Of its hidden layers.")
    self.outputActivation = Option(
      "output-activation", .activation, default: outputActivation, help: "Of its last layer.")
  }

  var arguments: [any Argument] { [input, hidden, output, activation, outputActivation] }

  /// What a description of the layers says already.
  var ofLayers: [any Argument] { [hidden, output, activation, outputActivation] }

  /// Units of each layer, the hidden ones first.
  func units(_ parsed: ParsedArguments) -> [Int] { parsed[hidden].sizes + [parsed[output]] }

  func activations(
    _ parsed: ParsedArguments
  ) throws -> (hidden: Activation, output: Activation) {
    (try .named(parsed[activation]), try .named(parsed[outputActivation]))
  }
}
