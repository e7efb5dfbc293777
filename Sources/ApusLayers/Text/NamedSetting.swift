public import ApusGraph

/// A name with numbers in parentheses, as command lines and files write it: `leaky_relu(0.1)`.
struct NamedSetting {
  let name: String
  let values: [Double]

  init(_ text: String) throws(SettingError) {
    let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0].filter { $0 != " " })
    guard parts.count == 2 else {
      values = []
      return
    }
    let inside = parts[1].filter { $0 != " " }
    guard inside.hasSuffix(")") else {
      throw SettingError(description: "\"\(text)\": the closing parenthesis is missing")
    }
    var values: [Double] = []
    for word in inside.dropLast().split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Double(word), value.isFinite else {
        throw SettingError(description: "\"\(text)\": \"\(word)\" is not a number")
      }
      values.append(value)
    }
    self.values = values
  }

  /// The numbers, as many as there are names; none at all is fine unless they are required.
  func settings(_ names: String..., required: Bool = false) throws(SettingError) -> [Double] {
    if values.count == names.count || (values.isEmpty && !required) { return values }
    throw SettingError(
      description: names.isEmpty
        ? "\(name) takes no settings"
        : "\(name) takes \(names.joined(separator: ", ")), found \(values.count) numbers")
  }
}

/// Settings in parentheses that cannot be read or do not belong to the name.
public struct SettingError: DiagnosableError, Hashable, Sendable {
  public var kind: ErrorKind { .usage }

  public let description: String
}

/// `name(1, 0.5)`, with whole numbers without a decimal point.
func settingText(_ name: String, _ values: [Double]) -> String {
  let numbers = values.map { value in
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
  return "\(name)(\(numbers.joined(separator: ", ")))"
}
