import ApusEngine
public import ApusGraph

/// Values of names in order, as written behind `--at`: `w1=2, w2=-1, W=[[2,4],[1,3]]`.
///
/// A value is a number, a vector, a matrix or arithmetic with numbers such as `1/3`.
public struct Assignments: Sendable {
  public private(set) var names: [String] = []
  private var values: [String: TensorData] = [:]

  public init() {}

  /// - Parameter source: what error messages call the text.
  /// - Throws: ``ExpressionError`` with the column.
  public init(parsing text: String, source: String = "--at") throws {
    let tree = try ExpressionParser.assignments(text, source: source)
    for statement in tree.statements {
      guard let name = statement.name else { continue }
      func fail(_ message: String) -> ExpressionError {
        ExpressionError(text: text, column: statement.column, message: message, source: source)
      }
      if values[name] != nil { throw fail("\(name) is given twice") }
      if ExpressionFunction.named(name) != nil {
        throw fail("\(name) is a function and cannot be given a value")
      }
      var builder = ExpressionBuilder(tree, values: Assignments(), parameters: [], source: source)
      let tensor = try builder.build(statement.value)
      self[name] = try builder.graph.evaluate([tensor])[0]
    }
  }

  public subscript(_ name: String) -> TensorData? {
    get { values[name] }
    set {
      if newValue != nil, values[name] == nil { names.append(name) }
      if newValue == nil { names.removeAll { $0 == name } }
      values[name] = newValue
    }
  }
}
