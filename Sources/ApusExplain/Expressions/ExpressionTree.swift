/// A parsed expression as a list in which operands stand before their uses, so that no walk over it
/// recurses.
struct ExpressionTree: Sendable {
  enum Kind: Sendable, Hashable {
    case number(Double)
    /// A vector (`rows` nil) or a matrix, in row-major order.
    case array([Double], shape: [Int])
    case name(String)
    case negate(Int)
    case transpose(Int)
    case binary(BinaryOperator, Int, Int)
    case call(String, [Int])
  }

  struct Node: Sendable, Hashable {
    let kind: Kind
    let column: Int
  }

  /// `name = value`, or the value alone.
  struct Statement: Sendable, Hashable {
    let name: String?
    let column: Int
    let value: Int
  }

  let text: String
  var nodes: [Node] = []
  var statements: [Statement] = []

  init(text: String) { self.text = text }

  func error(_ column: Int, _ message: String) -> ExpressionError {
    ExpressionError(text: text, column: column, message: message)
  }
}
