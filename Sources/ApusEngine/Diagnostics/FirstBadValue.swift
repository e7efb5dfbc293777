public import ApusGraph

/// The first number of a program that is not finite, and the op that made it: what "the loss is
/// NaN" goes back to.
public struct FirstBadValue: Hashable, Sendable, CustomStringConvertible {
  /// The op's name, such as `log`; `input`, `parameter` or `state` when the number came in.
  public let op: String
  /// The op's formula with its operands, such as `log(x)`; the name of a leaf.
  public let expression: String
  /// The layer path; empty at top level.
  public let scope: String
  /// Where in the result the number is.
  public let index: [Int]
  /// NaN or an infinity.
  public let value: Double
  public let location: SourceLocation?
  /// The position in the batch, where the result has a row for each example.
  public let sample: Int?
  /// What the op was given.
  public let operands: [Operand]
  /// The op's formula with the numbers at that place, or the range of an operand of another shape.
  private let formula: String

  /// An operand of the op that made the number.
  public struct Operand: Hashable, Sendable {
    /// At the same place of the operand; nil where its shape is another.
    public let value: Double?
    /// Of the whole operand; NaN is left out.
    public let lowest: Double
    public let highest: Double
  }

  /// Looks for it with the reference kernels, in the program's own element types, node by node in
  /// order. Numbers that the program itself writes down, such as a mask of −∞, do not count.
  ///
  /// - Parameters:
  ///   - sizes: a number for every symbol.
  ///   - inputs: numbers in order of the program's inputs.
  /// - Returns: nil when everything is finite.
  public static func find(
    in program: Program, sizes: [String: Int], inputs: [TensorData], variables: VariableStorage
  ) throws -> FirstBadValue? {
    let needed = DeadNodes().run(program)
    let bound = try BindSizes(sizes).run(needed)
    let given = Dictionary(uniqueKeysWithValues: zip(bound.inputs.map(\.id), inputs))
    let values = try ReferenceEngine.values(of: bound) { id in
      if let data = given[id] { return data.converted(to: bound.graph[id].type.dtype) }
      let path = bound.graph[id].op.variable?.path ?? ""
      guard let data = variables.read(path) else { throw VariableError.unknown(path: path) }
      return data
    }
    for (index, data) in values.enumerated() {
      let node = bound.graph.nodes[index]
      guard let data, !(node.op is Literal || node.op is Constant), node.type.dtype.isFloatingPoint,
        let position = data.doubles().firstIndex(where: { !$0.isFinite })
      else { continue }
      let hasRows = needed.graph.nodes[index].type.shape.dimensions.first == .n
      return FirstBadValue(
        node, in: bound, data, at: position, hasRows: hasRows,
        operands: node.inputs.compactMap { values[$0.index] })
    }
    return nil
  }

  private init(
    _ node: Node, in program: Program, _ data: TensorData, at position: Int, hasRows: Bool,
    operands: [TensorData]
  ) {
    op = node.op.name
    expression = node.op.formula(
      node.inputs.map { program.graph[$0].op.leaf?.label ?? "…" })
    scope = node.scope
    location = node.location
    value = data.doubles()[position]
    var rest = position
    index = data.shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
    sample = hasRows ? index.first : nil
    let given = operands.map { operand in
      let numbers = operand.doubles()
      let known = numbers.lazy.filter { !$0.isNaN }
      return Operand(
        value: operand.shape == data.shape ? numbers[position] : operand.scalar,
        lowest: known.min() ?? .nan, highest: known.max() ?? .nan)
    }
    self.operands = given
    let texts = given.map { operand in
      operand.value.map(Self.text)
        ?? "(\(Self.text(operand.lowest)) … \(Self.text(operand.highest)))"
    }
    formula = given.isEmpty ? expression : node.op.formula(texts)
  }

  /// Four digits; a negative number in parentheses.
  private static func text(_ value: Double) -> String {
    let text = NumberFormat.short(value, digits: 4)
    return value < 0 ? "(\(text))" : text
  }

  /// `log in dense_1 gives -inf at [3, 0]: log(0)`
  public var description: String {
    let place = scope.isEmpty ? "" : " in \(scope)"
    let element = index.isEmpty ? "" : " at \(index)"
    // Where the program's own code made the op, the line tells its user nothing.
    let line = location.flatMap { "\($0)".hasPrefix("Apus") ? nil : " (\($0))" } ?? ""
    return "\(op)\(place) gives \(value)\(element): \(formula)\(line)"
  }
}
