internal import Apus

/// How values of the library are written in a Swift program.
enum SwiftLiteral {
  /// In quotes, so that any text comes back as it was.
  static func text(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 32 || scalar.value == 127:
        "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  static func list(_ texts: [String]) -> String {
    "[" + texts.map(text).joined(separator: ", ") + "]"
  }

  /// `he_normal` as `heNormal`.
  static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  static func loss(_ loss: any Loss) -> String { "." + camelCase(loss.name) }

  static func activation(_ activation: Activation) -> String {
    let setting = activation.attributes.entries.lazy.compactMap { entry -> Double? in
      if case .real(let value) = entry.value { value } else { nil }
    }.first
    return switch (activation.name, setting) {
    case ("leaky_relu", let slope?): ".leakyReLU(slope: \(slope))"
    case ("prelu", let slope?): ".prelu(initialSlope: \(slope))"
    case ("prelu", nil): ".prelu()"
    case ("elu", let alpha?): ".elu(alpha: \(alpha))"
    default: "." + camelCase(activation.name)
    }
  }

  /// Nil where the name has settings: ``InitializerList/named(_:)`` then makes it.
  static func initializer(_ initializer: any Initializer) -> String? {
    initializer.name.contains("(") ? nil : "." + camelCase(initializer.name)
  }

  /// With all its numbers, also those that are usual.
  static func arguments(of optimizer: any Optimizer) -> [String] {
    var arguments = ["learningRate: \(optimizer.learningRate)"]
    for setting in optimizer.hyperparameters {
      // Only flags have this range.
      if setting.range != .fraction {
        arguments.append("\(camelCase(setting.name)): \(setting.value)")
      } else if setting.value != 0 {
        arguments.append("\(camelCase(setting.name)): true")
      }
    }
    let decay = optimizer.weightDecay
    switch decay.kind {
    case .coupled:
      if decay.rate != 0 { arguments.append("weightDecay: .coupled(\(decay.rate))") }
    case .decoupled: arguments.append("weightDecay: \(decay.rate)")
    }
    return arguments
  }

  /// A call in one line, or with its arguments in lines of their own where that is too long.
  static func call(_ function: String, _ arguments: [String]) -> [String] {
    let whole = "\(function)(\(arguments.joined(separator: ", ")))"
    let width = 92
    guard whole.count > width else { return [whole] }
    var lines = [function + "("]
    var line = " "
    for (index, argument) in arguments.enumerated() {
      let word = " " + argument + (index == arguments.count - 1 ? ")" : ",")
      if line.count + word.count > width, line != " " {
        lines.append(line)
        line = " "
      }
      line += word
    }
    return lines + [line]
  }

  static func penalty(_ penalty: Penalty) -> String { ".\(penalty.norm)(\(penalty.strength))" }
}
