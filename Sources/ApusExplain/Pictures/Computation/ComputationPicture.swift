package import ApusDrawing
import ApusFormats
import ApusGraph

/// How much of a computation is drawn.
package struct ComputationOptions: Hashable, Sendable {
  package var detail: Detail
  /// Opens layers and composite ops.
  package var isExpanded: Bool
  /// The one layer to open in a network of which only the layers are drawn.
  package var layer: String?
  /// A number whose ways to the result are marked, with the factors on them: `w(x1→h2)`,
  /// `dense_1[1,0]`.
  package var path: String?
  /// The step at which to stop, from 1; nil for the whole of both passes.
  package var frame: Int?
  package var style: NumberStyle

  package init(
    detail: Detail = .automatic, isExpanded: Bool = false, layer: String? = nil,
    path: String? = nil, frame: Int? = nil, style: NumberStyle = NumberStyle(digits: 4)
  ) {
    self.detail = detail
    self.isExpanded = isExpanded
    self.layer = layer
    self.path = path
    self.frame = frame
    self.style = style
  }
}

/// A forward and a backward pass as a graph with the numbers on its arrows (LESSONS 3.4).
package struct ComputationPicture {
  /// Up to so many numbers each has an arrow of its own; above, arrows carry tensors.
  package static let scalars = 60
  /// Circles and boxes of a first view at most; above, each layer becomes one circle.
  package static let firstView = 12

  let trace: ComputationTrace
  let options: ComputationOptions
  let blocks: [ComputationBlock]
  package let diagram: ComputationDiagram

  /// - Throws: when a leaf has no value, or there is no such frame or layer.
  package init(_ subject: Subject, _ options: ComputationOptions = ComputationOptions()) throws {
    let trace = try ComputationTrace(subject, options)
    self.trace = trace
    self.options = options
    blocks = try ComputationBlock.blocks(of: trace, options)
    let frames = Self.frames(blocks)
    if let frame = options.frame, !(1...frames.count).contains(frame) {
      throw PictureError(
        "--frame \(frame): this picture has \(frames.count) frames, one for each operation "
          + "forwards and then backwards; give 1 to \(frames.count)")
    }
    diagram = ComputationLabels(trace, blocks, frames, options).diagram
  }

  /// How many frames there are: one for each operation forwards, then one for each backwards.
  package var frameCount: Int { Self.frames(blocks).count }

  /// Forwards through all blocks, then backwards through those that have a gradient.
  static func frames(_ blocks: [ComputationBlock]) -> [ComputationFrame] {
    blocks.indices.map { .forward($0) }
      + blocks.indices.reversed().filter { blocks[$0].hasGradient }.map { .backward($0) }
  }

  package func figure() throws -> Figure {
    let (marks, size) = try diagram.laidOut()
    return Figure(
      title: title, subtitle: subtitle, caption: caption, size: size, marks: marks, table: table,
      outline: diagram.outline)
  }

  package var dot: String { diagram.dot(title: title) }

  private var header: ExplanationHeader { trace.tape.subject.header }

  private var title: String {
    let frame = options.frame.map { ", frame \($0) of \(frameCount)" } ?? ""
    let what = trace.path.map { "\($0.title), of" } ?? "Computation of"
    return printable("\(what) \(header.title)", limit: 160) + frame
  }

  private var subtitle: String {
    let parts: [String?] = [
      header.summary == header.title ? nil : header.summary, header.loss, header.example,
      header.origin == nil ? header.seed.map { "seed \($0)" } : nil,
      header.origin.map { "numbers: \($0.rawValue)" },
    ]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private var caption: String {
    if let frame = options.frame { return frameCaption(Self.frames(blocks)[frame - 1]) }
    if let path = trace.path { return path.caption(options.style) }
    let result = trace.tape.quantity(Tape.Place(trace.tape.subject.result, nil))
    let value = trace.tape.numbers(Tape.Place(trace.tape.subject.result, nil))
    let operations = blocks.count == 1 ? "one operation" : "\(blocks.count) operations"
    let sentence = "\(result.name) = \(trace.text(value, options.style)) after \(operations)."
    guard let largest = trace.largestGradient else { return sentence }
    if largest.value == 0 { return sentence + " All gradients of \(largest.kind) are 0." }
    return sentence + " The largest gradient among the \(largest.kind) is "
      + "∂\(result.name)/∂\(largest.name) = "
      + options.style.text(largest.value) + "."
  }

  private func frameCaption(_ frame: ComputationFrame) -> String {
    switch frame {
    case .forward(let index):
      guard let row = trace.operations[blocks[index].operations.last ?? 0].row else {
        return "Forwards through \(blocks[index].name)."
      }
      let formula = options.style.numeric(row.formula)
      return "Forwards through \(blocks[index].name): \(row.quantity.name) = \(formula)"
        + (row.value.scalar.map { " = \(options.style.text($0))" } ?? "") + "."
    case .backward(let index):
      return "Backwards through \(blocks[index].name): " + handedOn(by: blocks[index]) + "."
    }
  }

  /// What a block adds to the gradients of what it reads.
  private func handedOn(by block: ComputationBlock) -> String {
    let rows = Set(
      block.operations.compactMap { trace.backwardRow(of: trace.operations[$0].output) })
    var seen: Set<Tape.Place> = []
    let operands = block.operations.flatMap { trace.operations[$0].operands }
    let parts = operands.filter { seen.insert($0).inserted }.flatMap { place in
      trace.contributions(to: place).filter { rows.contains($0.row) }.map { part in
        "∂\(trace.tape.quantity(place).name) gets "
          + (part.product.scalar.map(options.style.text)
            ?? "norm \(options.style.text(part.product.norm))")
      }
    }
    return parts.prefix(8).joined(separator: ", ") + (parts.count > 8 ? ", …" : "")
  }

  private var table: FigureTable {
    var rows: [[FigureTable.Cell]] = []
    for place in trace.places {
      let quantity = trace.tape.quantity(place)
      let numbers = trace.tape.numbers(place)
      let gradient = trace.gradient(of: place)
      rows.append([
        .text(quantity.name), .text(quantity.role.rawValue),
        .text(numbers.shape.isEmpty ? "" : "\(numbers.shape)"),
        .number(numbers.scalar ?? numbers.norm),
        gradient.map { .number($0.scalar ?? $0.norm) } ?? .missing,
      ])
    }
    return FigureTable(
      ["quantity", "role", "shape", "value or norm", "gradient or norm"], rows: rows)
  }
}
