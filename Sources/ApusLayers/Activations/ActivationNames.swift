import ApusGraph

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
  /// The activation of a name, such as `relu`, with its setting in parentheses where it has one:
  /// `leaky_relu(0.1)`; `-` and `_` are the same.
  ///
  /// Throws ``UnknownNameError`` or ``SettingError``.
  public static func named(_ text: String) throws -> Activation {
    let call = try NamedSetting(text)
    let plain = try lookUp(call.name, in: ActivationList.all, kind: "activation") { $0.name }
    switch plain.name {
    case "leaky_relu":
      return try call.settings("slope").first.map { .leakyReLU(slope: $0) } ?? plain
    case "prelu":
      return try call.settings("initial slope").first.map { .prelu(initialSlope: $0) } ?? plain
    case "elu": return try call.settings("alpha").first.map { .elu(alpha: $0) } ?? plain
    default:
      _ = try call.settings()
      return plain
    }
  }

  /// The name with the setting: `leaky_relu(0.01)`; ``named(_:)`` reads it back.
  public var text: String {
    let values = attributes.entries.compactMap { entry in
      if case .real(let value) = entry.value { value } else { nil }
    }
    return values.isEmpty ? name : settingText(name, values)
  }
}
