public import ApusGraph

/// Typed access to the settings of a described layer; every error names the place.
public struct SettingReader {
  public let path: String
  public let settings: Attributes
  /// The layers inside it, already made.
  public let children: [any Layer]

  public init(path: String, settings: Attributes, children: [any Layer] = []) {
    self.path = path
    self.settings = settings
    self.children = children
  }

  /// Throws when there is a setting of another name, or layers inside where none belong.
  public func expect(_ names: String..., children allowed: Bool = false) throws {
    for entry in settings.entries where !names.contains(entry.key) {
      throw DescriptionError(
        path: "\(path).\(entry.key)", rule: "there is no such setting",
        hint: didYouMean(entry.key, in: names)
          ?? (names.isEmpty ? "this layer has none" : "known are \(names.joined(separator: ", "))"))
    }
    guard allowed || children.isEmpty else {
      throw DescriptionError(path: "\(path).layers", rule: "this kind holds no other layers")
    }
  }

  public func integer(_ key: String) throws -> Int {
    guard case .integer(let value)? = settings[key] else { throw wrong(key, "a whole number") }
    return value
  }

  public func real(_ key: String) throws -> Double {
    switch settings[key] {
    case .real(let value): return value
    case .integer(let value): return Double(value)
    default: throw wrong(key, "a number")
    }
  }

  public func integers(_ key: String) throws -> [Int] {
    guard case .integers(let value)? = settings[key] else {
      throw wrong(key, "a list of whole numbers")
    }
    return value
  }

  public func boolean(_ key: String, default value: Bool) throws -> Bool {
    switch settings[key] {
    case nil: return value
    case .boolean(let value): return value
    default: throw wrong(key, "true or false")
    }
  }

  public func text(_ key: String, default value: String) throws -> String {
    switch settings[key] {
    case nil: return value
    case .text(let value): return value
    default: throw wrong(key, "a text")
    }
  }

  /// A list of numbers.
  public func vector(_ key: String) throws -> TensorData {
    switch settings[key] {
    case .data(let data) where data.shape.count == 1: return data.converted(to: .float32)
    case .integers(let values): return TensorData(values.map { Float($0) })
    default: throw wrong(key, "a list of numbers")
    }
  }

  /// What a name in a setting stands for; errors of the look-up get the place in front.
  public func named<R>(
    _ key: String, default name: String, _ lookUp: (String) throws -> R
  ) throws -> R {
    let name = try text(key, default: name)
    do { return try lookUp(name) } catch {
      throw DescriptionError(path: "\(path).\(key)", rule: "\(error)")
    }
  }

  private func wrong(_ key: String, _ kind: String) -> DescriptionError {
    DescriptionError(
      path: "\(path).\(key)",
      rule: settings[key] == nil ? "it is missing; it must be \(kind)" : "it must be \(kind)")
  }
}
