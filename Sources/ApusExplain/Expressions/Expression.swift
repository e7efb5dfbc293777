import ApusEngine
public import ApusGraph

/// An expression as people write mathematics, with values for its names: a graph in Float64.
///
/// ```swift
/// let f = try Expression(
///   "max(w1*x1 + w2*x2, x3)", at: "w1=2, w2=-1, x1=3, x2=4, x3=1", parameters: ["w1", "w2"])
/// try f.graph.evaluate([f.result], feeding: f.values)[0].scalar  // 2
/// ```
///
/// Source of the notation: the lectures; see `ExpressionParser` for the grammar.
public struct Expression: Sendable {
  public let text: String
  public let graph: Graph
  public let result: Tensor
  /// The name in front of the `=`; `F` when there is none.
  public let name: String
  /// Values of the leaves.
  public let values: [Tensor: TensorData]
  /// The names that count as parameters, in order of appearance.
  public let parameters: [String]
  /// How the parameters were chosen, for people.
  public let choice: String
  /// Names of results of statements before the last.
  let namedResults: [(name: String, tensor: Tensor)]

  /// - Parameters:
  ///   - values: one for every name.
  ///   - parameters: names whose gradients are asked for; nil for those that begin as weights and
  ///     biases do, or all names when none does.
  /// - Throws: ``ExpressionError`` with the column and what was expected there.
  public init(_ text: String, at values: Assignments, parameters: [String]? = nil) throws {
    let tree = try ExpressionParser.parse(text)
    let used = Self.names(in: tree, having: values)
    if let stranger = parameters?.first(where: { !used.contains($0) }) {
      throw ExpressionUseError(
        "--parameters: the expression has no name \(stranger)", known: used, name: stranger)
    }
    let usual = used.filter(Self.looksLikeParameter)
    let chosen = parameters ?? (usual.isEmpty ? used : usual)
    choice =
      parameters != nil
      ? "as asked" : usual.isEmpty ? "all names" : "named as weights and biases are"
    self.parameters = used.filter(chosen.contains)
    var builder = ExpressionBuilder(tree, values: values, parameters: Set(chosen))
    let built = try builder.buildStatements()
    // A name or a number alone gets a row of its own.
    result =
      (try builder.graph.snapshot())[built.id].inputs.isEmpty
      ? builder.graph.apply(Identity(), to: [built]) : built
    if let extra = values.names.first(where: { !used.contains($0) }) {
      throw ExpressionUseError(
        "--at: the expression has no name \(extra)", known: used, name: extra)
    }
    self.text = text
    graph = builder.graph
    name = tree.statements.last?.name ?? (used.contains("F") ? "result" : "F")
    var feeds: [Tensor: TensorData] = [:]
    for (name, tensor) in builder.named { feeds[tensor] = values[name] }
    self.values = feeds
    namedResults = builder.named.filter { values[$0.name] == nil }
  }

  /// The same with the values as text.
  public init(_ text: String, at values: String, parameters: [String]? = nil) throws {
    try self.init(
      text, at: values.isEmpty ? Assignments() : Assignments(parsing: values),
      parameters: parameters)
  }

  /// The functions that an expression may call, each with its first name.
  public static let functions = ExpressionFunction.all.map { $0.names[0] }

  /// Names with a value, in order of appearance.
  private static func names(in tree: ExpressionTree, having values: Assignments) -> [String] {
    var names: [String] = []
    for case .name(let name) in tree.nodes.map(\.kind)
    where values[name] != nil && !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// Lectures write weights as w, v, u, θ and biases as b, in either case, then an index.
  private static func looksLikeParameter(_ name: String) -> Bool {
    guard let first = name.first, "wvubWVUBθβ".contains(first) else { return false }
    return name.dropFirst().allSatisfy { !$0.isLetter }
  }
}

/// Names behind an option that the expression does not have.
struct ExpressionUseError: DiagnosableError {
  let description: String

  var kind: ErrorKind { .usage }

  init(_ text: String, known: [String], name: String) {
    let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
    description = text + "; " + list + (didYouMean(name, in: known).map { ". " + $0 } ?? "")
  }
}
