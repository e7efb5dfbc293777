/// Prints a program, one node a line; ``Program/init(parsing:additionalOps:)`` reads it back equal.
///
/// ```
/// apus-graph 1
/// %0 = input {name: "x", type: float32[N, 3]} : float32[N, 3]
/// %1 = parameter {path: "dense_1.weight", type: float32[2, 3]} : float32[2, 3] @"dense_1"
/// %2 = matmul(%0, %1) {transposeA: false, transposeB: true} : float32[N, 2] @"dense_1"
/// return "z": %2
/// ```
extension Program: CustomStringConvertible {
  public var description: String { text() }

  /// The text form. Source lines are left out for files, which must not depend on who wrote them.
  public func text(withLocations: Bool = true) -> String {
    var lines = ["apus-graph 1"]
    for (index, node) in graph.nodes.enumerated() {
      lines.append(NodeID(index).description + " = " + node.text(withLocation: withLocations))
    }
    lines += graph.regions.map(\.text)
    lines += outputs.map { "return \(quoted($0.name)): \($0.node)" }
    lines += updates.map { "update \($0.variable) = \($0.value)" }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Node {
  func text(withLocation: Bool) -> String {
    var text = op.name
    if !inputs.isEmpty { text += "(" + inputs.map(\.description).joined(separator: ", ") + ")" }
    text += op.attributes.text + " : \(type)"
    if !scope.isEmpty { text += " @" + quoted(scope) }
    if withLocation, let location { text += " #" + quoted(location.file) + ":\(location.line)" }
    return text
  }
}

extension Region {
  var text: String {
    let operands = inputs.map(\.description).joined(separator: ", ")
    let members = nodes.map(\.description).joined(separator: ", ")
    var text = "region \(op.name)(\(operands))\(op.attributes.text) -> \(output) [\(members)]"
    if !scope.isEmpty { text += " @" + quoted(scope) }
    return text
  }
}

extension Attributes {
  /// ` {axis: 1, keepDimensions: false}`, or nothing when empty.
  var text: String {
    if entries.isEmpty { return "" }
    return " {" + entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
  }
}

extension AttributeValue {
  /// Integers `3`, lists `[0, 2]`, reals `1.0` (never without point, exponent or name), shapes
  /// `<N, 3>`, types `float32[N, 3]`, numbers `float32[2]{1.0, 2.0}`.
  var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .integers(let values): "\(values)"
    case .real(let value): realText(value)
    case .boolean(let value): "\(value)"
    case .text(let value): quoted(value)
    case .shape(let shape):
      "<" + shape.dimensions.map(\.description).joined(separator: ", ") + ">"
    case .dtype(let dtype): dtype.rawValue
    case .type(let type): type.description
    case .data(let data): "\(data.type){" + data.elementTexts.joined(separator: ", ") + "}"
    }
  }
}

/// The shortest digits that read back equal; NaN with its bits.
private func realText(_ value: Double) -> String {
  value.isNaN ? "nan:" + String(value.bitPattern, radix: 16) : "\(value)"
}

extension TensorData {
  fileprivate var elementTexts: [String] {
    switch dtype {
    case .float32:
      values(as: Float.self).map {
        $0.isNaN ? "nan:" + String($0.bitPattern, radix: 16) : $0.description
      }
    case .float64: values(as: Double.self).map(realText)
    case .bfloat16: values(as: BFloat16.self).map { String($0.bits, radix: 16) }
    case .int32: values(as: Int32.self).map(\.description)
    case .uint8: values(as: UInt8.self).map(\.description)
    case .bool: values(as: Bool.self).map { $0 ? "1" : "0" }
    }
  }
}

/// A string in quotes, with `"`, `\` and control characters escaped.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    default:
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}
