public import ApusFormats
import ApusGraph
public import ApusLayers

/// The architecture of a network as JSON, to read and to write by hand:
///
/// ```json
/// {"layers": [
///   {"kind": "dense", "units": 30, "activation": "relu"},
///   {"kind": "dropout", "rate": 0.2},
///   {"kind": "residual", "layers": [{"kind": "dense", "units": 30}]},
///   {"kind": "dense", "units": 10}
/// ]}
/// ```
public enum ModelJSON {
  /// The stack of layers that a JSON object describes.
  ///
  /// Throws ``DescriptionError``, which names the place: `layers[0].units`.
  public static func model(_ json: JSON) throws -> Sequential {
    guard let members = json.members else {
      throw DescriptionError(path: "model", rule: "it must be an object with a list \"layers\"")
    }
    for member in members where member.name != "layers" {
      throw DescriptionError(
        path: "model.\(member.name)", rule: "there is no such setting",
        hint: didYouMean(member.name, in: ["layers"]))
    }
    guard let layers = json["layers"]?.elements, !layers.isEmpty else {
      throw DescriptionError(path: "layers", rule: "it must be a list of at least one layer")
    }
    return Sequential(
      try layers.enumerated().map { index, layer in
        let path = "layers[\(index)]"
        return try description(layer, at: path).layer(at: path)
      })
  }

  /// The JSON of a stack; layers of your own appear with their kind only.
  public static func json(_ model: Sequential) -> JSON {
    ["layers": .array(model.layers.map { json(LayerDescription(of: $0)) })]
  }

  static func description(_ json: JSON, at path: String) throws -> LayerDescription {
    guard let members = json.members else {
      throw DescriptionError(path: path, rule: "it must be an object with a \"kind\"")
    }
    guard let kind = json["kind"]?.stringValue else {
      throw DescriptionError(path: "\(path).kind", rule: "it must be the name of a layer")
    }
    var children: [LayerDescription] = []
    if let inner = json["layers"] {
      guard let elements = inner.elements else {
        throw DescriptionError(path: "\(path).layers", rule: "it must be a list of layers")
      }
      children = try elements.enumerated().map {
        try description($1, at: "\(path).layers[\($0)]")
      }
    }
    var settings: Attributes = [:]
    for member in members where member.name != "kind" && member.name != "layers" {
      let value = try value(member.value, at: "\(path).\(member.name)")
      settings.entries += Attributes(dictionaryLiteral: (member.name, value)).entries
    }
    return LayerDescription(kind: kind, settings: settings, children: children)
  }

  private static func value(_ json: JSON, at path: String) throws -> AttributeValue {
    if let flag = json.boolValue { return .boolean(flag) }
    if let text = json.stringValue { return .text(text) }
    if let number = json.intValue { return .integer(number) }
    if let number = json.doubleValue { return .real(number) }
    if let numbers = json.intValues { return .integers(numbers) }
    if let numbers = json.doubleValues { return .data(TensorData(numbers)) }
    throw DescriptionError(
      path: path, rule: "it must be a number, a text, true, false or a list of numbers")
  }

  private static func json(_ description: LayerDescription) -> JSON {
    var members: [JSON.Member] = [.init("kind", .string(description.kind))]
    for entry in description.settings.entries {
      members.append(.init(entry.key, json(entry.value)))
    }
    if !description.children.isEmpty {
      members.append(.init("layers", .array(description.children.map { json($0) })))
    }
    return .object(members)
  }

  private static func json(_ value: AttributeValue) -> JSON {
    switch value {
    case .integer(let number): .integer(number)
    case .integers(let numbers): JSON(numbers)
    case .real(let number): .number(number)
    case .boolean(let flag): .bool(flag)
    case .text(let text): .string(text)
    case .data(let data): JSON(data.doubles())
    case .shape(let shape): .string("\(shape)")
    case .dtype(let dtype): .string(dtype.rawValue)
    case .type(let type): .string("\(type)")
    }
  }
}
