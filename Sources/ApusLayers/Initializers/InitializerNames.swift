/// The initializers that have a name: what `--initializer` takes and `--help` lists.
public enum InitializerList {
  /// Names with the settings that they may take.
  public static let names = [
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
    "orthogonal", "zeros", "ones", "constant", "uniform", "normal", "truncated_normal",
  ]

  /// The initializer of a name with settings in parentheses: `he_normal`, `normal(0, 1)`,
  /// `uniform(-1, 1)`, `constant(0.5)`.
  ///
  /// Throws ``UnknownNameError`` or ``SettingError``.
  public static func named(_ text: String) throws -> any Initializer {
    let call = try NamedSetting(text)
    let name = try lookUp(call.name, in: names, kind: "initializer") { $0 }
    switch name {
    case "glorot_uniform": return try call.plain(.glorotUniform)
    case "glorot_normal": return try call.plain(.glorotNormal)
    case "he_uniform": return try call.plain(.heUniform)
    case "he_normal": return try call.plain(.heNormal)
    case "lecun_uniform": return try call.plain(.lecunUniform)
    case "lecun_normal": return try call.plain(.lecunNormal)
    case "zeros": return try call.plain(.zeros)
    case "ones": return try call.plain(.ones)
    case "constant": return ConstantInitializer(try call.settings("value", required: true)[0])
    case "orthogonal": return Orthogonal(gain: try call.settings("gain").first ?? 1)
    case "uniform":
      let bounds = try call.settings("low", "high")
      return bounds.isEmpty ? UniformInitializer() : UniformInitializer(bounds[0], bounds[1])
    default:
      let moments = try call.settings("mean", "standard deviation")
      return NormalInitializer(
        mean: moments.first ?? 0, standardDeviation: moments.last ?? 1,
        isTruncated: name == "truncated_normal")
    }
  }
}

extension NamedSetting {
  fileprivate func plain(_ initializer: some Initializer) throws(SettingError) -> any Initializer {
    _ = try settings()
    return initializer
  }
}
