/// A formula whose operands carry their numbers, so that it prints with names or with numbers.
public struct Formula: Hashable, Sendable {
  public enum Piece: Hashable, Sendable {
    case text(String)
    case operand(Operand)
  }

  /// A quantity that the formula uses.
  public struct Operand: Hashable, Sendable {
    public let name: String
    public let value: Numbers
    public let role: QuantityRole
    /// The row that computes it; nil for inputs, parameters and written numbers.
    public let row: Int?

    public init(
      _ name: String, _ value: Numbers, role: QuantityRole = .intermediate, row: Int? = nil
    ) {
      self.name = name
      self.value = value
      self.role = role
      self.row = row
    }
  }

  /// Summands, joined by plus signs. All but dot products and sums have one.
  public var terms: [[Piece]]

  public init(terms: [[Piece]]) { self.terms = terms }

  public init(_ pieces: [Piece]) { terms = [pieces] }

  public init(_ text: String) { terms = [[.text(text)]] }

  public var operands: [Operand] {
    terms.joined().compactMap { if case .operand(let operand) = $0 { operand } else { nil } }
  }

  /// With names in place of operands: `w1·x1 + w2·x2`.
  public var symbolic: String {
    terms.map { pieces in
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .operand(let operand): operand.name
        }
      }.joined()
    }.joined(separator: " + ")
  }
}

/// The numbers of a quantity in row-major order, in full Float64 precision.
public struct Numbers: Hashable, Sendable {
  public let shape: [Int]
  public let values: [Double]

  /// Traps unless the shape has as many elements as there are values.
  public init(_ values: [Double], shape: [Int]) {
    precondition(
      shape.reduce(1, *) == values.count, "Numbers: \(values.count) values for \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(_ value: Double) {
    shape = []
    values = [value]
  }

  /// The only number; nil for several.
  public var scalar: Double? { values.count == 1 ? values[0] : nil }

  /// The Euclidean norm √(Σ x²).
  public var norm: Double {
    let largest = values.map(\.magnitude).max() ?? 0
    guard largest > 0, largest.isFinite else { return largest }
    return largest * values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
  }

  public var minimum: Double { values.min() ?? .nan }
  public var maximum: Double { values.max() ?? .nan }
  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// Whether one of them is NaN or infinite.
  public var hasBadValue: Bool { values.contains { !$0.isFinite } }
}

extension Numbers: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
}
