import ApusGraph

/// Turns a parsed expression into nodes of a graph in Float64, operand by operand, and says at which
/// column a rule of an op was broken.
struct ExpressionBuilder {
  let graph = Graph()
  private let tree: ExpressionTree
  private let values: Assignments
  private let parameters: Set<String>
  private let source: String?
  private var built: [Int: Tensor] = [:]
  /// Names of leaves and of statements, with what they stand for.
  private(set) var named: [(name: String, tensor: Tensor)] = []

  init(
    _ tree: ExpressionTree, values: Assignments, parameters: Set<String>, source: String? = nil
  ) {
    self.tree = tree
    self.values = values
    self.parameters = parameters
    self.source = source
  }

  /// Builds all statements; the last one is the result.
  mutating func buildStatements() throws -> Tensor {
    var result: Tensor?
    for statement in tree.statements {
      let tensor = try build(statement.value)
      if let name = statement.name {
        guard self.tensor(named: name) == nil, values[name] == nil else {
          throw error(statement.column, "\(name) already has a value")
        }
        if ExpressionFunction.named(name) != nil {
          throw error(statement.column, "\(name) is a function and cannot be given a value")
        }
        named.append((name, tensor))
      }
      result = tensor
    }
    guard let result else { throw error(1, "expected an expression, found nothing") }
    return result
  }

  /// Builds one value with all that it needs, in the order of the list: no recursion.
  mutating func build(_ root: Int) throws -> Tensor {
    let first = (tree.statements.map(\.value).filter { $0 < root }.max() ?? -1) + 1
    for index in first...root {
      let node = tree.nodes[index]
      let tensor = try self.tensor(for: node)
      if let mistake = graph.mistake {
        let found = mistake.inputs.map { $0.shape.description }.joined(separator: " and ")
        throw error(
          node.column,
          "\(mistake.op): \(mistake.rule)" + (found.isEmpty ? "" : "; the shapes are \(found)")
            + (mistake.hint.map { "; \($0)" } ?? ""))
      }
      let count = tensor.shape.concrete.flatMap(checkedElementCount) ?? .max
      guard count <= ExpressionLimits.elements else {
        throw error(
          node.column,
          "the result \(tensor.shape) has more than \(ExpressionLimits.elements) numbers")
      }
      built[index] = tensor
    }
    guard let tensor = built[root] else { throw error(1, "expected an expression") }
    return tensor
  }

  private func error(_ column: Int, _ message: String) -> ExpressionError {
    ExpressionError(text: tree.text, column: column, message: message, source: source)
  }

  private func tensor(named name: String) -> Tensor? { named.first { $0.name == name }?.tensor }

  private mutating func tensor(for node: ExpressionTree.Node) throws -> Tensor {
    func operand(_ index: Int) throws -> Tensor {
      guard let tensor = built[index] else { throw error(node.column, "an operand is missing") }
      return tensor
    }
    switch node.kind {
    case .number(let value): return graph.literal(value, dtype: .float64)
    case .array(let numbers, let shape): return graph.constant(TensorData(numbers, shape: shape))
    case .name(let name): return try leaf(name, node.column)
    case .negate(let x): return -(try operand(x))
    case .transpose(let x):
      let x = try operand(x)
      return x.rank < 2 ? x : x.transposed()
    case .binary(let symbol, let a, let b): return try apply(symbol, try operand(a), try operand(b))
    case .call(let name, let operands):
      return try call(name, try operands.map { try operand($0) }, node.column)
    }
  }

  private mutating func leaf(_ name: String, _ column: Int) throws -> Tensor {
    if let known = tensor(named: name) { return known }
    guard let value = values[name] else {
      if name == "π" || name == "pi" { return graph.literal(.pi, dtype: .float64) }
      throw error(column, missing(name))
    }
    let shape = Shape(value.shape)
    let tensor =
      parameters.contains(name)
      ? graph.parameter(name, shape, dtype: .float64) : graph.input(name, shape, dtype: .float64)
    named.append((name, tensor))
    return tensor
  }

  private func missing(_ name: String) -> String {
    if let function = ExpressionFunction.named(name) {
      return "\(name) is a function; write \(function.usage)"
    }
    if source != nil { return "expected a number; names have no value here" }
    let known = values.names + named.map(\.name)
    let hint = didYouMean(name, in: known).map { ". " + $0 } ?? "; give it one: --at \(name)=2"
    return "\(name) has no value" + hint
  }

  /// A vector beside `@` is a column on the right and a row on the left, as NumPy has it.
  private func apply(_ symbol: BinaryOperator, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch symbol {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    case .power:
      return (b.op as? Literal)?.value == 2 ? square(a) : pow(a, b)
    case .matrixMultiply:
      guard a.rank <= 1 || b.rank <= 1 else { return matmul(a, b) }
      let left = a.rank == 1 ? a.expanded(0) : a
      let right = b.rank == 1 ? b.expanded(1) : b
      var product = matmul(left, right)
      if b.rank == 1, product.rank == 2 { product = product.squeezed(1) }
      if a.rank == 1, product.rank >= 1 { product = product.squeezed(0) }
      return product
    }
  }

  private func call(_ name: String, _ operands: [Tensor], _ column: Int) throws -> Tensor {
    guard let function = ExpressionFunction.named(name) else {
      let known = ExpressionFunction.all.flatMap(\.names)
      let isValue = values[name] != nil || tensor(named: name) != nil
      let hint =
        isValue
        ? "; a product needs its sign: \(name)*(…)" : didYouMean(name, in: known).map { ". " + $0 }
      throw error(column, "there is no function \(name)" + (hint ?? ""))
    }
    guard function.operands.contains(operands.count) else {
      let range = function.operands
      let count =
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      throw error(
        column,
        "\(name) takes \(count) operand\(range == 1...1 ? "" : "s"), found \(operands.count); "
          + "write \(function.usage)")
    }
    do {
      return try function.apply(operands)
    } catch let violation as RuleViolation {
      throw error(column, violation.rule + (violation.hint.map { ", \($0)" } ?? ""))
    }
  }
}
