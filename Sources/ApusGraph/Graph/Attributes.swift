/// One attribute of an op, in the kinds that the text form of a graph can write.
public enum AttributeValue: Hashable, Sendable {
  case integer(Int)
  case integers([Int])
  case real(Double)
  case boolean(Bool)
  case text(String)
  case shape(Shape)
  case dtype(DType)
  case type(TensorType)
  case data(TensorData)
}

/// An op's attributes by name, in a fixed order.
public struct Attributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public struct Entry: Hashable, Sendable {
    public let key: String
    public var value: AttributeValue
  }

  public var entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }

  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    entries = elements.map { Entry(key: $0.0, value: $0.1) }
  }

  public subscript(_ key: String) -> AttributeValue? { entries.first { $0.key == key }?.value }

  /// The same keys with other values.
  public func mapValues(_ transform: (AttributeValue) -> AttributeValue) -> Attributes {
    Attributes(entries.map { Entry(key: $0.key, value: transform($0.value)) })
  }
}

/// Typed access for `init(attributes:)`. Each throws when the attribute is missing or of another
/// kind.
extension Attributes {
  public func integer(_ key: String) throws(RuleViolation) -> Int {
    guard case .integer(let value)? = self[key] else { throw missing(key, "an integer") }
    return value
  }

  public func integers(_ key: String) throws(RuleViolation) -> [Int] {
    guard case .integers(let value)? = self[key] else { throw missing(key, "a list of integers") }
    return value
  }

  public func real(_ key: String) throws(RuleViolation) -> Double {
    guard case .real(let value)? = self[key] else { throw missing(key, "a real number") }
    return value
  }

  public func boolean(_ key: String) throws(RuleViolation) -> Bool {
    guard case .boolean(let value)? = self[key] else { throw missing(key, "true or false") }
    return value
  }

  public func text(_ key: String) throws(RuleViolation) -> String {
    guard case .text(let value)? = self[key] else { throw missing(key, "a text") }
    return value
  }

  public func shape(_ key: String) throws(RuleViolation) -> Shape {
    guard case .shape(let value)? = self[key] else { throw missing(key, "a shape") }
    return value
  }

  public func dtype(_ key: String) throws(RuleViolation) -> DType {
    guard case .dtype(let value)? = self[key] else { throw missing(key, "an element type") }
    return value
  }

  public func type(_ key: String) throws(RuleViolation) -> TensorType {
    guard case .type(let value)? = self[key] else { throw missing(key, "a tensor type") }
    return value
  }

  public func data(_ key: String) throws(RuleViolation) -> TensorData {
    guard case .data(let value)? = self[key] else { throw missing(key, "numbers") }
    return value
  }

  /// Throws unless the keys are exactly these, in any order and each once.
  public func expect(_ keys: String...) throws(RuleViolation) {
    let found = entries.map(\.key)
    guard found.sorted() == keys.sorted() else {
      throw RuleViolation(
        "the attributes must be {\(keys.joined(separator: ", "))}, "
          + "found {\(found.joined(separator: ", "))}")
    }
  }

  private func missing(_ key: String, _ kind: String) -> RuleViolation {
    RuleViolation("the attribute '\(key)' must be \(kind)")
  }
}
