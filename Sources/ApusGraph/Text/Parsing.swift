/// A text that is not a graph: where it goes wrong and what was expected.
public struct GraphTextError: DiagnosableError, Hashable, Sendable {
  /// Counted from 1.
  public let line: Int
  /// Counted from 1, in bytes.
  public let column: Int
  public let message: String

  public var kind: ErrorKind { .badData }

  public var description: String { "graph text, line \(line), column \(column): \(message)" }
}

extension Program {
  /// Reads the text form. Ops of your own must be named in `additionalOps`.
  ///
  /// Throws ``GraphTextError`` where the text breaks the grammar or an op's rules; the program that
  /// comes back has been verified.
  public init(
    parsing text: String, additionalOps: [any Op.Type] = []
  ) throws {
    var parser = ProgramParser(additionalOps: additionalOps)
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      try parser.read(Array(line), number: index + 1)
    }
    self = try parser.finished(lastLine: lines.count)
    try verify()
  }
}

private struct ProgramParser {
  var primitives: [String: any Primitive.Type] = [:]
  var composites: [String: any Composite.Type] = [:]
  var program = Program(graph: GraphSnapshot(), outputs: [])
  var sawHeader = false

  init(additionalOps: [any Op.Type]) {
    for op in OpList.primitives { primitives[op.name] = op }
    for op in OpList.composites { composites[op.name] = op }
    for op in additionalOps {
      if let op = op as? any Primitive.Type { primitives[op.name] = op }
      if let op = op as? any Composite.Type { composites[op.name] = op }
    }
  }

  mutating func read(_ bytes: [UInt8], number: Int) throws(GraphTextError) {
    var scanner = TextScanner(bytes, line: number)
    scanner.skipSpaces()
    if scanner.isAtEnd { return }
    if !sawHeader {
      try scanner.expect("apus-graph")
      let version = try scanner.integer()
      guard version == 1 else { throw scanner.error("version 1 is supported, found \(version)") }
      sawHeader = true
    } else if scanner.take("region") {
      try readRegion(&scanner)
    } else if scanner.take("return") {
      let name = try scanner.string()
      try scanner.expect(":")
      program.outputs.append(.init(name, try node(&scanner)))
    } else if scanner.take("update") {
      let variable = try node(&scanner)
      try scanner.expect("=")
      program.updates.append(.init(variable, try node(&scanner)))
    } else {
      try readNode(&scanner)
    }
    guard scanner.isAtEnd else { throw scanner.error("expected the end of the line") }
  }

  func finished(lastLine: Int) throws(GraphTextError) -> Program {
    guard sawHeader else {
      throw GraphTextError(
        line: 1, column: 1, message: "expected 'apus-graph 1', found an empty text")
    }
    return program
  }

  private mutating func readNode(_ scanner: inout TextScanner) throws(GraphTextError) {
    let id = try scanner.nodeID()
    guard id.index == program.graph.nodes.count else {
      throw scanner.error("expected the node %\(program.graph.nodes.count), found \(id)")
    }
    try scanner.expect("=")
    let name = try scanner.word()
    guard let opType = primitives[name] else {
      throw unknown(name, Array(primitives.keys), scanner)
    }
    let inputs = scanner.peek("(") ? try nodes(&scanner, "(", ")") : []
    let attributes = try scanner.attributes()
    let op: any Primitive
    do { op = try opType.init(attributes: attributes) } catch { throw scanner.error(error.rule) }
    try scanner.expect(":")
    let type = try scanner.tensorType()
    var scope = ""
    if scanner.take("@") { scope = try scanner.string() }
    var location: SourceLocation?
    if scanner.take("#") {
      let file = try scanner.string()
      try scanner.expect(":")
      location = SourceLocation(file: file, line: try scanner.integer())
    }
    program.graph.nodes.append(
      Node(op: op, inputs: inputs, type: type, scope: scope, location: location))
  }

  private mutating func readRegion(_ scanner: inout TextScanner) throws(GraphTextError) {
    let name = try scanner.word()
    guard let opType = composites[name] else {
      throw unknown(name, Array(composites.keys), scanner)
    }
    let inputs = try nodes(&scanner, "(", ")")
    let attributes = try scanner.attributes()
    let op: any Composite
    do { op = try opType.init(attributes: attributes) } catch { throw scanner.error(error.rule) }
    try scanner.expect("->")
    let output = try node(&scanner)
    let members = try nodes(&scanner, "[", "]")
    let scope = scanner.take("@") ? try scanner.string() : ""
    program.graph.regions.append(
      Region(op: op, inputs: inputs, output: output, nodes: members, scope: scope))
  }

  /// A node that has been defined above.
  private func node(_ scanner: inout TextScanner) throws(GraphTextError) -> NodeID {
    let id = try scanner.nodeID()
    guard id.index < program.graph.nodes.count else {
      throw scanner.error("\(id) is used before it is defined")
    }
    return id
  }

  private func nodes(
    _ scanner: inout TextScanner, _ open: String, _ close: String
  ) throws(GraphTextError) -> [NodeID] {
    try scanner.expect(open)
    var ids: [NodeID] = []
    if scanner.take(close) { return ids }
    repeat { ids.append(try node(&scanner)) } while scanner.take(",")
    try scanner.expect(close)
    return ids
  }

  private func unknown(
    _ name: String, _ known: [String], _ scanner: TextScanner
  ) -> GraphTextError {
    scanner.error("there is no op '\(name)'; the ops are \(known.sorted().joined(separator: ", "))")
  }
}
