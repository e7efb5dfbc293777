/// A word of an expression and the column where it starts, counted from 1 in characters.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case number(Double)
    case name(String)
    case `operator`(BinaryOperator)
    case equals
    case open
    case close
    case openBracket
    case closeBracket
    case comma
    case semicolon
    /// `'` or `ᵀ` behind an operand.
    case transpose
    /// `²` or `³` behind an operand.
    case raised(Int)
    case end
  }

  let kind: Kind
  let column: Int

  /// As messages name it.
  var found: String {
    switch kind {
    case .number(let value): "the number \(value)"
    case .name(let name): "the name \(name)"
    case .operator(let symbol): symbol.rawValue
    case .equals: "="
    case .open: "("
    case .close: ")"
    case .openBracket: "["
    case .closeBracket: "]"
    case .comma: "a comma"
    case .semicolon: "a semicolon"
    case .transpose: "the transpose mark"
    case .raised(let power): power == 2 ? "²" : "³"
    case .end: "the end"
    }
  }
}

/// An operator between two operands.
enum BinaryOperator: String, Hashable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case matrixMultiply = "@"
  case power = "^"
}
