import ApusEngine
package import ApusGraph

/// Which elements of its operands an element of a step is computed from, zero factors included: a
/// weight behind an input of 0 is there, though its slope is 0.
package struct ElementDependencies {
  /// An element of an operand of a step.
  package struct Source: Hashable, Comparable {
    package let operand: Int
    package let element: Int

    package static func < (a: Source, b: Source) -> Bool {
      (a.operand, a.element) < (b.operand, b.element)
    }
  }

  private let trace: Trace

  package init(_ trace: Trace) { self.trace = trace }

  /// The sources of one element of a step's output, by operand and element of the operand's source.
  package func sources(of step: TapeStep, element: Int) -> [Source] {
    let inside = Set(step.members)
    let entries = Dictionary(
      step.operands.enumerated().map { (step.entry(of: $1), $0) }, uniquingKeysWith: { a, _ in a })
    var found: Set<Source> = []
    var seen: Set<Place> = [Place(step.output, element)]
    var open = Array(seen)
    while let place = open.popLast() {
      let node = trace.graph[place.node]
      for (position, element) in inputs(of: place.node, element: place.element) {
        let next = Place(node.inputs[position], element)
        if inside.contains(next.node) {
          if seen.insert(next).inserted { open.append(next) }
        } else {
          let operand = step.members.count == 1 ? position : entries[next.node] ?? 0
          let source = through(step.operands[operand].views, element)
          found.insert(Source(operand: operand, element: source))
        }
      }
    }
    return found.sorted()
  }

  /// The element of an operand's source that stands at an element behind its views.
  package func through(_ views: [NodeID], _ element: Int) -> Int {
    views.reversed().reduce(element) { element, view in
      inputs(of: view, element: element).first?.element ?? element
    }
  }

  private struct Place: Hashable {
    let node: NodeID
    let element: Int

    init(_ node: NodeID, _ element: Int) {
      self.node = node
      self.element = element
    }
  }

  /// The inputs and elements that one element of a node is computed from.
  package func inputs(of id: NodeID, element: Int) -> [(position: Int, element: Int)] {
    let node = trace.graph[id]
    let shapes = node.inputs.map { trace.graph[$0].type.shape.concrete ?? [] }
    let result = node.type.shape.concrete ?? []
    if Self.isElementwise(node.op) {
      return shapes.enumerated().map { position, shape in
        (position, Self.broadcastIndex(element, of: result, in: shape))
      }
    }
    switch node.op {
    case let product as MatMul where shapes.allSatisfy { $0.count == 2 }:
      return Self.product(product, element, shapes)
    case let op as ReduceSum: return Self.reduced(op.axes, element, shapes[0])
    case let op as ReduceMax: return Self.reduced(op.axes, element, shapes[0])
    case let op as ReduceMin: return Self.reduced(op.axes, element, shapes[0])
    case let op as LogSumExp: return Self.reduced([op.axis], element, shapes[0])
    default:
      return moved(node, element)
        ?? shapes.enumerated().flatMap { position, shape in
          (0..<shape.reduce(1, *)).map { (position, $0) }
        }
    }
  }

  /// Ops that compute an element from the elements at its place.
  package static func isElementwise(_ op: any Primitive) -> Bool {
    switch op {
    case is any Broadcasting: true
    case is Abs, is Cast, is Clip, is Cos, is Erf, is Exp, is Expm1, is Floor, is Identity, is Log,
      is Log1p, is Negate, is ReLU, is Reciprocal, is Rsqrt, is Sigmoid, is Sign, is Sin,
      is Softplus, is Sqrt, is Square, is Step, is StopGradient, is Tanh:
      true
    case is And, is Equal, is Greater, is GreaterEqual, is Less, is LessEqual, is Not, is NotEqual,
      is Or, is Select:
      true
    default: false
    }
  }

  /// Where an element of a stretched shape comes from.
  static func broadcastIndex(_ element: Int, of result: [Int], in shape: [Int]) -> Int {
    var (rest, index, stride) = (element, 0, 1)
    for axis in result.indices.reversed() {
      let place = rest % max(result[axis], 1)
      rest /= max(result[axis], 1)
      let own = axis - (result.count - shape.count)
      guard own >= 0 else { continue }
      if shape[own] != 1 { index += place * stride }
      stride *= shape[own]
    }
    return index
  }

  private static func product(
    _ op: MatMul, _ element: Int, _ shapes: [[Int]]
  ) -> [(position: Int, element: Int)] {
    let (a, b) = (shapes[0], shapes[1])
    let inner = op.transposeA ? a[0] : a[1]
    let columns = op.transposeB ? b[0] : b[1]
    let (row, column) = (element / max(columns, 1), element % max(columns, 1))
    let left = (0..<inner).map { (0, op.transposeA ? $0 * a[1] + row : row * a[1] + $0) }
    let right = (0..<inner).map { (1, op.transposeB ? column * b[1] + $0 : $0 * b[1] + column) }
    return left + right
  }

  private static func reduced(
    _ axes: [Int], _ element: Int, _ shape: [Int]
  ) -> [(position: Int, element: Int)] {
    (0..<shape.reduce(1, *)).filter { candidate in
      var (rest, index, stride) = (candidate, 0, 1)
      for axis in shape.indices.reversed() {
        if !axes.contains(axis) {
          index += rest % shape[axis] * stride
          stride *= shape[axis]
        }
        rest /= shape[axis]
      }
      return index == element
    }.map { (0, $0) }
  }

  /// For ops that only move elements: they are run on the elements' own numbers.
  private func moved(_ node: Node, _ element: Int) -> [(position: Int, element: Int)]? {
    switch node.op {
    case is Reshape: return [(0, element)]
    case is Transpose, is Broadcast, is Slice, is Concatenate: break
    default: return nil
    }
    var first = 0
    var inputs: [TensorData] = []
    var starts: [Int] = []
    for input in node.inputs {
      let shape = trace.graph[input].type.shape.concrete ?? []
      let count = shape.reduce(1, *)
      starts.append(first)
      inputs.append(TensorData((first..<first + count).map { Double($0) }, shape: shape))
      first += count
    }
    let type = TensorType(node.type.shape, .float64)
    guard let kernel = node.op as? any ReferenceKernel,
      let moved = try? kernel.evaluate(inputs, type).doubles(), moved.indices.contains(element),
      let place = Int(exactly: moved[element]),
      let position = starts.lastIndex(where: { $0 <= place })
    else { return nil }
    return [(position, place - starts[position])]
  }
}
