import ApusFormats
import ApusGraph

/// A stop on the way through both passes.
enum ComputationFrame: Hashable {
  /// The block of this number has just been computed.
  case forward(Int)
  /// Its gradient has just been handed on.
  case backward(Int)
}

/// What is drawn as one circle: an operation, a layer, or several layers.
struct ComputationBlock {
  /// For captions: `h1`'s σ, or a layer's name.
  var name: String
  /// What stands in the circle.
  var lines: [String]
  var operations: [Int]
  var isLayer: Bool
  var hasGradient: Bool

  static func blocks(
    of trace: ComputationTrace, _ options: ComputationOptions
  ) throws -> [ComputationBlock] {
    let single = trace.operations.indices.map { operation($0, trace) }
    let scopes = trace.operations.map { scope(of: $0, trace) }
    if let layer = options.layer, !scopes.contains(where: { isInside($0, layer) }) {
      let known = scopes.filter { !$0.isEmpty }.flatMap(outerAndOwn)
      throw PictureError(
        "there is no layer \"\(printable(layer, limit: 80))\" in the picture; "
          + (didYouMean(layer, in: known) ?? "there are " + unique(known).joined(separator: ", ")))
    }
    let boxes = Set(trace.places.filter { trace.isLeaf($0) }).count
    let isLarge = single.count + boxes > ComputationPicture.firstView
    let mayCollapse = !trace.tape.isScalar && !options.isExpanded && options.detail != .tensors
    guard options.layer != nil || (isLarge && mayCollapse), !trace.tape.isScalar else {
      return single
    }
    return shortened(collapsed(single, scopes, open: options.layer, trace), options.layer)
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// Whether a layer is another one or a part of it.
  private static func isInside(_ scope: String, _ layer: String) -> Bool {
    scope == layer || scope.hasPrefix(layer + "/")
  }

  /// `residual_1` and `residual_1/dense_2` of the latter.
  private static func outerAndOwn(_ scope: String) -> [String] {
    let parts = scope.split(separator: "/")
    return (1...max(parts.count, 1)).map { parts.prefix($0).joined(separator: "/") }
  }

  /// The layer that is drawn as one for an operation in a layer: the outermost one that does not hold
  /// the open layer. Empty where the operation is drawn itself.
  private static func shown(_ scope: String, open: String?) -> String {
    let parts = scope.split(separator: "/")
    let other = open?.split(separator: "/") ?? []
    let common = zip(parts, other).prefix { $0 == $1 }.count
    return common == parts.count ? "" : parts.prefix(common + 1).joined(separator: "/")
  }

  private static func operation(_ index: Int, _ trace: ComputationTrace) -> ComputationBlock {
    let operation = trace.operations[index]
    let sign = OperationSign.of(operation.step, trace)
    return ComputationBlock(
      name: sign.joined(separator: " "), lines: sign, operations: [index], isLayer: false,
      hasGradient: trace.backwardRow(of: operation.output) != nil)
  }

  /// The layer that an operation belongs to; those of the loss make one of their own.
  private static func scope(
    of operation: ComputationTrace.Operation, _ trace: ComputationTrace
  ) -> String {
    let subject = trace.tape.subject
    if subject.lossNodes.contains(operation.output.node) || operation.output.node == subject.result
    {
      return subject.lossTerms == nil ? "" : "loss"
    }
    let scope = subject.graph[operation.output.node].scope
    return scope.isEmpty ? trace.tape.names[operation.output.node]?.layer ?? "" : scope
  }

  private static func collapsed(
    _ single: [ComputationBlock], _ scopes: [String], open: String?, _ trace: ComputationTrace
  ) -> [ComputationBlock] {
    var blocks: [ComputationBlock] = []
    var last = ""
    for (block, own) in zip(single, scopes) {
      let scope = shown(own, open: open)
      defer { last = scope }
      guard !scope.isEmpty else {
        blocks.append(block)
        continue
      }
      if scope == last, let previous = blocks.indices.last {
        blocks[previous].operations += block.operations
        blocks[previous].hasGradient = blocks[previous].hasGradient || block.hasGradient
      } else {
        blocks.append(block)
        blocks[blocks.count - 1].isLayer = true
        blocks[blocks.count - 1].name = scope
      }
    }
    for index in blocks.indices where blocks[index].isLayer {
      blocks[index].lines = lines(of: blocks[index], trace)
    }
    return blocks
  }

  private static func lines(of block: ComputationBlock, _ trace: ComputationTrace) -> [String] {
    let signs = block.operations.map {
      OperationSign.of(trace.operations[$0].step, trace).joined(separator: " ")
    }
    var leaves: Set<NodeID> = []
    for operand in block.operations.flatMap({ trace.operations[$0].operands })
    where trace.tape.subject.role(of: operand.node) == .parameter { leaves.insert(operand.node) }
    let count = leaves.reduce(0) { $0 + trace.tape.shape($1).reduce(1, *) }
    let parameters = count > 0 ? ["\(NumberFormat.grouped(count)) parameters"] : []
    return [printable(block.name, limit: 40), signs.joined(separator: ", ")] + parameters
  }

  /// Layers in the middle become one block where there are too many for a first view.
  private static func shortened(
    _ blocks: [ComputationBlock], _ open: String?
  ) -> [ComputationBlock] {
    // Input, target and result take three places; seven layers and what stands for the rest remain.
    let most = ComputationPicture.firstView - 4
    let layers = blocks.indices.filter { blocks[$0].isLayer && blocks[$0].name != "loss" }
    if open != nil { return shortened(aroundOpen: blocks) }
    guard blocks.count > most, let first = layers.first, let last = layers.last,
      layers == Array(first...last), layers.count > most / 2 + 1
    else { return blocks }
    let others = blocks.count - layers.count
    let kept = max(most - others - 1, 2)
    return merged(blocks, (first + (kept + 1) / 2)...(last - kept / 2))
  }

  /// Of the layers in front of an open one, and of those behind it, the outermost and the nearest
  /// remain.
  private static func shortened(aroundOpen blocks: [ComputationBlock]) -> [ComputationBlock] {
    var result = blocks
    var start = blocks.endIndex
    // From the end, so that places further in front stay what they are.
    for index in blocks.indices.reversed() {
      let isLayer = blocks[index].isLayer && blocks[index].name != "loss"
      if isLayer { start = min(start, index) }
      guard !isLayer || index == 0, start < blocks.endIndex else { continue }
      let run = blocks[start...].prefix { $0.isLayer && $0.name != "loss" }.indices
      if run.count > 3 { result = merged(result, (run.lowerBound + 1)...(run.upperBound - 2)) }
      start = blocks.endIndex
    }
    return result
  }

  /// Neighbours as one block.
  private static func merged(
    _ blocks: [ComputationBlock], _ middle: ClosedRange<Int>
  ) -> [ComputationBlock] {
    guard middle.count > 1 else { return blocks }
    var rest = blocks[middle.lowerBound]
    rest.operations = blocks[middle].flatMap(\.operations)
    rest.hasGradient = blocks[middle].contains(where: \.hasGradient)
    rest.name = "\(blocks[middle.lowerBound].name) … \(blocks[middle.upperBound].name)"
    rest.lines = ["… \(middle.count) layers …", rest.name]
    return blocks[..<middle.lowerBound] + [rest] + blocks[(middle.upperBound + 1)...]
  }
}

/// What stands in the circle of an operation.
enum OperationSign {
  private static let signs: [String: String] = [
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "maximum": "max",
    "minimum": "min", "power": "^", "negate": "−", "square": "x²", "sqrt": "√", "sigmoid": "σ",
    "relu": "ReLU", "reduce_sum": "Σ", "matmul": "@", "mat_mul": "@", "reciprocal": "1/x",
  ]

  /// Of an op that works number by number.
  static func named(_ name: String) -> String { signs[name] ?? name }

  static func of(_ step: TapeStep, _ trace: ComputationTrace) -> [String] {
    switch step.name {
    case "affine": return trace.tape.isScalar ? ["Σ"] : ["Wx + b"]
    case "matmul" where trace.tape.isScalar: return ["Σ"]
    case "reduction":
      let scale = trace.tape.subject.lossScale?.text ?? ""
      return scale.isEmpty || scale == "1" ? ["Σ"] : ["\(scale)·Σ"]
    default:
      if let sign = signs[step.name] { return [sign] }
      return step.name.split { $0 == "_" || $0 == "-" }.map(String.init)
    }
  }
}
