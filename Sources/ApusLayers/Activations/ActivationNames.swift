public import ApusGraph

/// The activations that have a name: what `--activation` takes and `--help` lists.
public enum ActivationList {
  /// With default settings.
  public static let all: [Activation] = [
    .linear, .relu, .leakyReLU(), .prelu(), .elu(), .selu, .gelu, .geluTanh, .silu, .softplus,
    .mish, .step, .sigmoid, .hardSigmoid, .tanh, .softsign, .softmax, .logSoftmax,
  ]

  public static var names: [String] { all.map(\.name) }
}

extension Activation {
  /// The activation of a name, such as `relu` or `leaky_relu`; `-` and `_` are the same.
  ///
  /// - Parameter attributes: settings that differ from the default, such as a slope.
  /// - Throws: ``UnknownNameError``, or `RuleViolation` for a setting that the function lacks.
  public static func named(_ name: String, _ attributes: Attributes = [:]) throws -> Activation {
    let plain = try lookUp(name, in: ActivationList.all, kind: "activation") { $0.name }
    if attributes.entries.isEmpty { return plain }
    let known = plain.attributes.entries.map(\.key)
    for entry in attributes.entries where !known.contains(entry.key) {
      throw RuleViolation(
        "\(plain.name) has no setting \"\(entry.key)\"",
        hint: didYouMean(entry.key, in: known)
          ?? (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"))
    }
    switch plain.name {
    case "leaky_relu": return .leakyReLU(slope: try attributes.real("slope"))
    case "prelu": return .prelu(initialSlope: try attributes.real("initialSlope"))
    case "elu": return .elu(alpha: try attributes.real("alpha"))
    default: return plain
    }
  }
}
