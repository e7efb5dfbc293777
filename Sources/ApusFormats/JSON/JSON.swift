/// A JSON value. Objects keep the order of their members.
///
/// ```swift
/// let report: JSON = ["dataset": "digits", "rows": ["train": 1_437], "loss": 0.25]
/// report["rows"]?["train"]?.intValue  // 1437
/// print(report.text())
/// ```
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that an Int holds.
  case integer(Int)
  /// Any other number. NaN and ±Inf, which JSON lacks, are written as null.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// One name and value of an object.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}

extension JSON {
  /// The member of this name; nil for other values too.
  public subscript(_ name: String) -> JSON? {
    members?.first { $0.name.unicodeScalars.elementsEqual(name.unicodeScalars) }?.value
  }

  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  public var intValue: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// Any number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  public var elements: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// All elements as strings; nil when one is something else.
  public var stringValues: [String]? { elements?.allOrNil(\.stringValue) }

  /// All elements as numbers; nil when one is something else.
  public var doubleValues: [Double]? { elements?.allOrNil(\.doubleValue) }

  /// All elements as integers; nil when one is something else.
  public var intValues: [Int]? { elements?.allOrNil(\.intValue) }
}

extension Array {
  fileprivate func allOrNil<T>(_ transform: (Element) -> T?) -> [T]? {
    let values = compactMap(transform)
    return values.count == count ? values : nil
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  public init(_ values: [String]) { self = .array(values.map { .string($0) }) }
  public init(_ values: [Int]) { self = .array(values.map { .integer($0) }) }
  public init(_ values: [Double]) { self = .array(values.map { .number($0) }) }
}
