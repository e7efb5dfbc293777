/// Reads an expression by operator precedence (Pratt 1973).
///
/// ```
/// program    = statement { ";" statement }
/// statement  = [ name "=" ] expression
/// expression = operands joined by  + −   then  * · × / @   then  unary −   then  ^ ** ² ³
/// operand    = number | name | name "(" expression { "," expression } ")" | "(" expression ")"
///            | "[" numbers "]" | "[" "[" numbers "]" … "]" | operand ("'" | "ᵀ")
/// ```
///
/// Sums and products are read in a loop; what nests recurses, at most ``ExpressionLimits/depth``
/// deep. `−x^2` is −(x²), `2^−1` is ½, `a^b^c` is a^(b^c).
struct ExpressionParser {
  private let tokens: [Token]
  private var position = 0
  private var depth = 0
  private var tree: ExpressionTree
  private let source: String?

  private init(_ text: String, source: String?) throws(ExpressionError) {
    tokens = try Lexer.tokens(of: text, source: source)
    tree = ExpressionTree(text: text)
    self.source = source
  }

  static func parse(_ text: String) throws(ExpressionError) -> ExpressionTree {
    var parser = try ExpressionParser(text, source: nil)
    repeat {
      if parser.token.kind == .end, !parser.tree.statements.isEmpty { break }
      try parser.statement()
    } while parser.take(.semicolon)
    try parser.expectEnd("an operator")
    return parser.tree
  }

  /// `w1=2, W=[[1,2],[3,4]]`: names with values that hold no names. Commas or semicolons between.
  static func assignments(
    _ text: String, source: String
  ) throws(ExpressionError) -> ExpressionTree {
    var parser = try ExpressionParser(text, source: source)
    repeat {
      guard case .name = parser.token.kind, parser.following == .equals else {
        throw parser.error("expected NAME=VALUE, found \(parser.token.found)")
      }
      try parser.statement()
    } while parser.take(.comma) || parser.take(.semicolon)
    try parser.expectEnd("a comma and another NAME=VALUE")
    return parser.tree
  }

  // MARK: Tokens

  private var token: Token { tokens[position] }

  private var following: Token.Kind {
    tokens[min(position + 1, tokens.count - 1)].kind
  }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func take(_ kind: Token.Kind) -> Bool {
    guard token.kind == kind else { return false }
    advance()
    return true
  }

  private func error(_ message: String, at column: Int? = nil) -> ExpressionError {
    ExpressionError(
      text: tree.text, column: column ?? token.column, message: message, source: source)
  }

  private func expectEnd(_ expected: String) throws(ExpressionError) {
    if token.kind == .end { return }
    switch token.kind {
    case .close: throw error("found ) without its (")
    case .name, .number, .open, .openBracket:
      throw error("expected \(expected), found \(token.found); a product needs its sign, as 2*x")
    case .equals:
      throw error("found = here; only a name at the start can be given a value, as F = …")
    default: throw error("expected \(expected), found \(token.found)")
    }
  }

  private mutating func add(
    _ kind: ExpressionTree.Kind, _ column: Int
  ) throws(ExpressionError) -> Int {
    guard tree.nodes.count < ExpressionLimits.nodes else {
      throw error(
        "an expression may have at most \(ExpressionLimits.nodes) operations and operands",
        at: column)
    }
    tree.nodes.append(ExpressionTree.Node(kind: kind, column: column))
    return tree.nodes.count - 1
  }

  // MARK: Grammar

  private mutating func statement() throws(ExpressionError) {
    let column = token.column
    var name: String?
    if case .name(let word) = token.kind, following == .equals {
      name = word
      advance()
      advance()
    }
    let value = try expression(above: 0)
    tree.statements.append(.init(name: name, column: column, value: value))
  }

  /// How tightly an operator binds; the second number is what its right operand must exceed.
  private static func power(of symbol: BinaryOperator) -> (left: Int, right: Int) {
    switch symbol {
    case .add, .subtract: (10, 10)
    case .multiply, .divide, .matrixMultiply: (20, 20)
    case .power: (40, 29)
    }
  }

  private static let powerOfSign = 25

  private mutating func expression(above limit: Int) throws(ExpressionError) -> Int {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionLimits.depth else {
      throw error("the expression nests deeper than \(ExpressionLimits.depth) levels")
    }
    var left = try prefix()
    while case .operator(let symbol) = token.kind, Self.power(of: symbol).left > limit {
      let column = token.column
      advance()
      let right = try expression(above: Self.power(of: symbol).right)
      left = try add(.binary(symbol, left, right), column)
    }
    return left
  }

  private mutating func prefix() throws(ExpressionError) -> Int {
    let column = token.column
    if take(.operator(.subtract)) {
      let operand = try expression(above: Self.powerOfSign)
      if case .number(let value) = tree.nodes[operand].kind, operand == tree.nodes.count - 1 {
        tree.nodes[operand] = .init(kind: .number(-value), column: column)
        return operand
      }
      return try add(.negate(operand), column)
    }
    if take(.operator(.add)) { return try expression(above: Self.powerOfSign) }
    return try postfix(try operand())
  }

  private mutating func postfix(_ operand: Int) throws(ExpressionError) -> Int {
    var result = operand
    while true {
      let column = token.column
      if take(.transpose) {
        result = try add(.transpose(result), column)
      } else if case .raised(let power) = token.kind {
        advance()
        let exponent = try add(.number(Double(power)), column)
        result = try add(.binary(.power, result, exponent), column)
      } else {
        return result
      }
    }
  }

  private mutating func operand() throws(ExpressionError) -> Int {
    let start = token
    switch start.kind {
    case .number(let value):
      advance()
      return try add(.number(value), start.column)
    case .name(let name):
      advance()
      return token.kind == .open
        ? try call(name, start.column) : try add(.name(name), start.column)
    case .open:
      advance()
      let inner = try expression(above: 0)
      guard take(.close) else {
        throw error("expected ) for the ( in column \(start.column), found \(token.found)")
      }
      return inner
    case .openBracket:
      let array = try array()
      return try add(array, start.column)
    default:
      throw error("expected a number, a name, a function, ( or [, found \(start.found)")
    }
  }

  private mutating func call(_ name: String, _ column: Int) throws(ExpressionError) -> Int {
    let open = token.column
    advance()
    var operands: [Int] = []
    if token.kind != .close {
      repeat { operands.append(try expression(above: 0)) } while take(.comma)
    }
    guard take(.close) else {
      throw error("expected a comma or ) for the ( in column \(open), found \(token.found)")
    }
    return try add(.call(name, operands), column)
  }

  // MARK: Vectors and matrices

  private mutating func array() throws(ExpressionError) -> ExpressionTree.Kind {
    let start = token.column
    advance()
    var rows: [[Double]] = []
    var isMatrix = false
    if token.kind == .openBracket {
      isMatrix = true
      repeat {
        guard take(.openBracket) else {
          throw error("expected [ and another row, found \(token.found)")
        }
        rows.append(try numbers(in: start))
        guard take(.closeBracket) else {
          throw error("expected ] or a comma, found \(token.found)")
        }
        try check(rows, start)
      } while take(.comma) || take(.semicolon)
    } else {
      repeat {
        rows.append(try numbers(in: start))
        try check(rows, start)
      } while take(.semicolon)
    }
    guard take(.closeBracket) else {
      throw error("expected ] for the [ in column \(start), found \(token.found)")
    }
    // [18;24;27] is a vector, as [18,24,27] is.
    let isColumn = !isMatrix && rows.count > 1 && rows[0].count == 1
    let flat = rows.flatMap { $0 }
    return rows.count == 1 && !isMatrix || isColumn
      ? .array(flat, shape: [flat.count]) : .array(flat, shape: [rows.count, rows[0].count])
  }

  private func check(_ rows: [[Double]], _ start: Int) throws(ExpressionError) {
    guard let first = rows.first, let last = rows.last else { return }
    guard first.count == last.count else {
      throw error(
        "every row must have \(first.count) numbers as the first, row \(rows.count) has "
          + "\(last.count)")
    }
    guard rows.count <= ExpressionLimits.elements / max(first.count, 1) else {
      throw error("an array may have at most \(ExpressionLimits.elements) numbers", at: start)
    }
  }

  /// Numbers with commas or just spaces between them.
  private mutating func numbers(in start: Int) throws(ExpressionError) -> [Double] {
    var values: [Double] = []
    repeat {
      var sign = 1.0
      while true {
        if take(.operator(.subtract)) {
          sign = -sign
        } else if !take(.operator(.add)) {
          break
        }
      }
      guard case .number(let value) = token.kind else {
        throw error("expected a number between the brackets, found \(token.found)")
      }
      advance()
      values.append(sign * value)
    } while take(.comma) || continuesRow
    return values
  }

  private var continuesRow: Bool {
    switch token.kind {
    case .number, .operator(.subtract): true
    default: false
    }
  }
}
