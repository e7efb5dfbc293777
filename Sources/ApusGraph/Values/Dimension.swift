/// One dimension of a shape: a number, or a number × a symbol such as `N`, the batch size.
public struct Dimension: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The number, or the factor in front of the symbol.
  public let coefficient: Int
  public let symbol: String?

  public init(_ count: Int) {
    coefficient = count
    symbol = nil
  }

  public init(_ coefficient: Int = 1, symbol: String) {
    self.coefficient = coefficient
    self.symbol = symbol
  }

  public init(integerLiteral value: Int) { self.init(value) }

  /// The batch size.
  public static let n = Dimension(symbol: "N")

  /// The number, when the dimension has no symbol.
  public var constant: Int? { symbol == nil ? coefficient : nil }

  /// The number once the symbols have values; nil when this symbol has none or on overflow.
  public func bound(to sizes: [String: Int]) -> Int? {
    guard let symbol else { return coefficient }
    guard let size = sizes[symbol] else { return nil }
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: size)
    return overflow ? nil : product
  }

  /// The product; nil when both sides carry a symbol or on overflow.
  public func multiplied(by other: Dimension) -> Dimension? {
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
    guard !overflow, symbol == nil || other.symbol == nil else { return nil }
    guard let symbol = symbol ?? other.symbol else { return Dimension(product) }
    return Dimension(product, symbol: symbol)
  }

  public var description: String {
    guard let symbol else { return "\(coefficient)" }
    return coefficient == 1 ? symbol : "\(coefficient)\(symbol)"
  }

  /// Reads `12`, `N`, `3N`.
  public init?(parsing text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    guard digits.count <= 18, !text.isEmpty else { return nil }
    let number = digits.isEmpty ? 1 : Int(digits)
    guard let number else { return nil }
    if rest.isEmpty {
      self.init(number)
    } else {
      guard let first = rest.first, first.isLetter,
        rest.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else { return nil }
      self.init(number, symbol: String(rest))
    }
  }
}
