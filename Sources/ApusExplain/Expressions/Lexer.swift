/// Cuts an expression into words.
///
/// Reads what people type and what they paste: `*`, `·`, `×` and `⋅` multiply, `−` and `–` subtract,
/// `**` and `^` raise, `[2,4;1,3]` and `[[2,4],[1,3]]` are matrices.
struct Lexer {
  private let text: String
  private let characters: [Character]
  private let source: String?
  private var position = 0

  init(_ text: String, source: String? = nil) {
    self.text = text
    self.source = source
    characters = Array(text)
  }

  /// All words with `.end` behind them.
  static func tokens(of text: String, source: String? = nil) throws(ExpressionError) -> [Token] {
    guard text.utf8.count <= ExpressionLimits.bytes else {
      throw ExpressionError(
        text: String(text.prefix(40)), column: 1,
        message: "an expression may have at most \(ExpressionLimits.bytes) bytes, this one has "
          + "\(text.utf8.count)", source: source)
    }
    var lexer = Lexer(text, source: source)
    var tokens: [Token] = []
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(Token(kind: .end, column: lexer.characters.count + 1))
    return tokens
  }

  private mutating func next() throws(ExpressionError) -> Token? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count else { return nil }
    let column = position + 1
    let character = characters[position]
    if character.isASCII, character.isNumber || (character == "." && isDigit(position + 1)) {
      return Token(kind: .number(try number()), column: column)
    }
    if Self.startsName(character) { return Token(kind: .name(name()), column: column) }
    guard let kind = symbol(character) else {
      throw ExpressionError(
        text: text, column: column, message: Self.stray(character), source: source)
    }
    return Token(kind: kind, column: column)
  }

  private mutating func symbol(_ character: Character) -> Token.Kind? {
    position += 1
    switch character {
    case "+": return .operator(.add)
    case "-", "−", "–": return .operator(.subtract)
    case "*" where position < characters.count && characters[position] == "*":
      position += 1
      return .operator(.power)
    case "*", "·", "×", "⋅", "∗": return .operator(.multiply)
    case "/", "÷": return .operator(.divide)
    case "@": return .operator(.matrixMultiply)
    case "^": return .operator(.power)
    case "²": return .raised(2)
    case "³": return .raised(3)
    case "(": return .open
    case ")": return .close
    case "[": return .openBracket
    case "]": return .closeBracket
    case ",": return .comma
    case ";": return .semicolon
    case "=": return .equals
    case "'", "ᵀ", "′", "’": return .transpose
    default: return nil
    }
  }

  private static func stray(_ character: Character) -> String {
    switch character {
    case "|": "expected an operator, found |; write abs(x) for |x|"
    case "√": "expected an operand, found √; write sqrt(x)"
    case "Σ", "∑": "expected an operand, found \(character); write sum(x)"
    case "{", "}": "expected ( or ), found \(character)"
    case "<", ">": "comparisons are not part of an expression; step(x − y) is 1 where x > y"
    default: "there is no such sign in an expression"
    }
  }

  private func isDigit(_ index: Int) -> Bool {
    index < characters.count && characters[index].isASCII && characters[index].isNumber
  }

  private mutating func number() throws(ExpressionError) -> Double {
    let start = position
    while isDigit(position) { position += 1 }
    if position < characters.count, characters[position] == "." {
      position += 1
      while isDigit(position) { position += 1 }
    }
    if position < characters.count, "eE".contains(characters[position]) {
      let hasSign = position + 1 < characters.count && "+-−".contains(characters[position + 1])
      if isDigit(position + (hasSign ? 2 : 1)) {
        position += hasSign ? 2 : 1
        while isDigit(position) { position += 1 }
      }
    }
    let digits = String(characters[start..<position]).replacing("−", with: "-")
    guard let value = Double(digits.hasSuffix(".") ? String(digits.dropLast()) : digits),
      value.isFinite
    else {
      throw ExpressionError(
        text: text, column: start + 1, message: "the number is too large for Float64",
        source: source)
    }
    return value
  }

  private mutating func name() -> String {
    let start = position
    while position < characters.count, Self.continuesName(characters[position]) { position += 1 }
    return String(characters[start..<position])
  }

  static func startsName(_ character: Character) -> Bool {
    character == "_" || (character.isLetter && character != "ᵀ")
  }

  /// Letters, digits, `_` and subscripts such as `₁`.
  static func continuesName(_ character: Character) -> Bool {
    startsName(character) || (character.isASCII && character.isNumber)
      || ("₀"..."₉").contains(character)
  }
}

/// How much an expression may hold, so that none takes all memory or time.
enum ExpressionLimits {
  static let bytes = 100_000
  /// Parentheses, calls, signs and exponents inside each other.
  static let depth = 100
  /// Operations and operands together.
  static let nodes = 4_000
  /// Numbers of one vector or matrix.
  static let elements = 10_000
}
