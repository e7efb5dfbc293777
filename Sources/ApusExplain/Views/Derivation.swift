public import ApusFormats
import ApusGraph

/// The chain rule in symbols: for a network the lectures' shorthand and the forms whose shapes are
/// right, for an expression one line for each quantity.
public struct Derivation: Hashable, Sendable {
  /// `∂J/∂W(2) = a(2)ᵀ·δ(3)`
  struct Line: Hashable, Sendable {
    let left: [MathPiece]
    let right: [MathPiece]
    /// The gradient's number or norm with its numeric estimate; nil for a line on the way.
    var gradient: (value: Double, estimate: Double)? { value.map { ($0, estimate ?? .nan) } }
    var value: Double?
    var estimate: Double?

    init(_ left: [MathPiece], _ right: [MathPiece], value: Double? = nil, estimate: Double? = nil) {
      self.left = left
      self.right = right
      self.value = value
      self.estimate = estimate
    }

    var text: String { MathPiece.text(left) + " = " + MathPiece.text(right) }
    var latex: String { MathPiece.latex(left) + " = " + MathPiece.latex(right) }
  }

  struct Part: Hashable, Sendable {
    let title: String
    let lines: [Line]
  }

  let title: String
  let parts: [Part]

  package init(_ subject: Subject) throws {
    title = subject.header.title
    let tensors = try Tape(subject, detail: .tensors)
    guard tensors.trace.value(subject.result)?.scalar != nil, tensors.isVariable(subject.result)
    else { throw DrillError("--derivation leads to the gradients of one number") }
    let layers = NetworkLayers(tensors.steps, subject.graph)
    if let layers, subject.lossTerms != nil {
      parts = NetworkDerivation(layers, try BackwardTape(ForwardTape(tensors))).parts
    } else {
      let tape = try Tape(subject)
      guard tape.isScalar else {
        throw DrillError("--derivation has a line for each number; this is too large")
      }
      parts = [Self.elements(try BackwardTape(ForwardTape(tape)))]
    }
  }

  private static func elements(_ backward: BackwardTape) -> Part {
    let style = NumberStyle()
    let result = backward.rows.first?.quantity.name ?? "F"
    let lines = backward.rows.dropFirst().map { row -> Line in
      var right: [MathPiece] = []
      for (index, use) in row.contributions.enumerated() {
        if index > 0 { right.append(.text(" + ")) }
        let local = style.symbolic(use.localFormula)
        if use.through != result { right.append(.partial(result, use.through)) }
        if use.through == result {
          right.append(.text(local))
        } else if local != "1" {
          right.append(
            .text(local.contains(" ") || local.hasPrefix("−") ? "·(\(local))" : "·\(local)"))
        }
      }
      if right.isEmpty { right = [.text("0")] }
      return Line(
        [.partial(result, row.quantity.name)], right, value: row.gradient.scalar,
        estimate: row.estimate.value)
    }
    return Part(title: "chain rule, from \(result) back", lines: lines)
  }

  /// Each line with its value, or norm, and that by differences.
  public func text(style: NumberStyle = NumberStyle()) -> String {
    var page = TextLines()
    for part in parts {
      page.heading("DERIVATION: \(part.title)", "value by the rule, by differences")
      for line in part.lines {
        page.wrapped(line.text, first: "  ", indent: 6)
        if let (value, estimate) = line.gradient {
          page.add(("= " + style.text(value) + "   " + style.text(estimate)).aligned(right: 80))
        }
      }
    }
    return page.text
  }

  /// A table for each part, and the lines as formulas for a reader that shows LaTeX.
  public func markdown(style: NumberStyle = NumberStyle()) -> String {
    var page = MarkdownPage()
    page.heading("Derivation: \(title)", level: 1)
    for part in parts {
      page.heading(part.title)
      page.table(
        ["line", "value by the rule", "by differences"],
        part.lines.map { line in
          [
            MarkdownPage.escaped(line.text), line.gradient.map { style.text($0.value) } ?? "",
            line.gradient.map { style.text($0.estimate) } ?? "",
          ]
        }, right: [1, 2])
      page.add("\n```math\n\(Self.aligned(part))\n```")
    }
    return page.text
  }

  /// An `align*` environment for each part.
  public var latex: String {
    parts.map { part in
      "% \(part.title)\n\(Self.aligned(part))\n"
    }.joined(separator: "\n")
  }

  private static func aligned(_ part: Part) -> String {
    let lines = part.lines.map {
      "  \(MathPiece.latex($0.left)) &= \(MathPiece.latex($0.right))"
    }
    return "\\begin{align*}\n" + lines.joined(separator: " \\\\\n") + "\n\\end{align*}"
  }

  /// See Documentation/ExplainJSON.md.
  public var json: JSON {
    .array(
      parts.map { part in
        [
          "title": .string(part.title),
          "lines": .array(
            part.lines.map {
              [
                "text": .string($0.text), "latex": .string($0.latex),
                "value": $0.value.map { .real($0) } ?? .null,
                "estimate": $0.estimate.map { .real($0) } ?? .null,
              ]
            }),
        ]
      })
  }
}

/// The matrix forms of a chain of layers, from the last back to the first.
private struct NetworkDerivation {
  private let layers: [NetworkLayers.Layer]
  private let input: NodeID
  private let backward: BackwardTape
  private let rules: any NotationRules

  init(_ layers: NetworkLayers, _ backward: BackwardTape) {
    self.layers = layers.layers
    input = layers.input
    self.backward = backward
    rules = (backward.forward.tape.subject.notation ?? .words).rules
  }

  private var tape: Tape { backward.forward.tape }
  private var depth: Int { layers.count }
  private var loss: String { rules.loss }
  private var rowsAreSamples: Bool { rules.shape(ofUnits: 2, rows: 1).symbolic.hasPrefix("[N") }
  private var isInByOut: Bool { rules.shape(ofWeight: 2, 3) == [3, 2] }

  private func unit(_ layer: Int) -> String {
    layer == depth ? output : rules.unit(layer, nil, of: depth)
  }

  /// The prediction, or the probabilities where the loss takes scores.
  private var output: String {
    let id = tape.subject.probabilities ?? layers[depth - 1].activation
    return tape.names[id]?.base ?? rules.unit(depth, nil, of: depth)
  }

  private func delta(_ layer: Int) -> String {
    // Called as the layer's net input is: δ(2) beside z(2), δ[1] beside Z[1].
    let net = rules.netInput(layer, nil, of: depth)
    return net.first.map { "zZ".contains($0) } ?? false ? "δ" + net.dropFirst() : "δ(\(net))"
  }

  /// `σ'(z(2))`; nil for a layer without activation, whose slope is 1.
  private func slope(_ layer: Int) -> String? {
    let own = layers[layer - 1]
    if own.function.isEmpty { return nil }
    return "\(own.function)'(\(rules.netInput(layer, nil, of: depth)))"
  }

  /// ∂loss/∂z of the last layer: in the form that the loss gives it, then simplified.
  private var heads: [String] {
    let target = rules.target(nil)
    let scale = tape.subject.lossScale.map { $0.divisor == 1 ? "" : "/\($0.divisor)" } ?? ""
    let difference = "(\(output) − \(target))"
    if tape.subject.probabilities != nil { return [difference + scale] }
    let last = slope(depth).map { "∘" + $0 } ?? ""
    let operators = tape.steps.filter { tape.subject.lossNodes.contains($0.output) }
      .flatMap { $0.members.map { tape.subject.graph[$0].op } + ($0.op.map { [$0] } ?? []) }
    if operators.contains(where: { $0 is BinaryCrossEntropy }), layers[depth - 1].function == "σ" {
      return [
        "−(\(target)/\(output) − (1 − \(target))/(1 − \(output)))\(scale)∘\(output)∘(1 − \(output))",
        difference + scale,
      ]
    }
    if operators.contains(where: { $0 is Square }) { return ["2·" + difference + scale + last] }
    return ["∂\(loss)/∂\(output)\(last)"]
  }

  var parts: [Derivation.Part] {
    [
      Derivation.Part(title: "the lecture's shorthand, shapes left out", lines: shorthand),
      Derivation.Part(title: "with the shapes right", lines: matrices),
    ]
  }

  private func partial(_ name: String) -> [MathPiece] { [.partial(loss, name)] }

  private func gradient(_ node: NodeID?) -> (value: Double?, estimate: Double?) {
    guard let node, let number = backward.numbers[Tape.Place(node, nil)] else { return (nil, nil) }
    let row = backward.rows[number - backward.forward.rows.count - 1]
    return (row.gradient.scalar ?? row.gradient.norm, row.estimate.value)
  }

  private func line(_ name: String, _ right: String, _ node: NodeID?) -> Derivation.Line {
    let (value, estimate) = gradient(node)
    return Derivation.Line(partial(name), [.text(right)], value: value, estimate: estimate)
  }

  private var shorthand: [Derivation.Line] {
    var lines: [Derivation.Line] = []
    var factors = heads.last ?? ""
    for number in (1...depth).reversed() {
      let layer = layers[number - 1]
      lines.append(
        line(
          rules.weight(number, nil, of: depth), "\(factors)·\(unit(number - 1))", layer.weight))
      if let bias = layer.bias {
        lines.append(line(rules.bias(number, nil, of: depth), factors, bias))
      }
      guard number > 1 else { break }
      factors += "·" + rules.weight(number, nil, of: depth)
      if let slope = slope(number - 1) { factors += "·" + slope }
    }
    return lines
  }

  private var matrices: [Derivation.Line] {
    var lines: [Derivation.Line] = []
    for number in (1...depth).reversed() {
      let layer = layers[number - 1]
      let delta = delta(number)
      let right = number == depth ? heads : [behind(number)]
      let (value, estimate) = gradient(layer.netInput)
      let left: [MathPiece] =
        [.text(delta + " = ")] + partial(rules.netInput(number, nil, of: depth))
      for (index, text) in right.enumerated() {
        let isLast = index == right.count - 1
        lines.append(
          Derivation.Line(
            left, [.text(text)], value: isLast ? value : nil, estimate: isLast ? estimate : nil))
      }
      let before = unit(number - 1)
      let product =
        !rowsAreSamples
        ? "\(delta)·\(before)ᵀ" : isInByOut ? "\(before)ᵀ·\(delta)" : "\(delta)ᵀ·\(before)"
      lines.append(line(rules.weight(number, nil, of: depth), product, layer.weight))
      if let bias = layer.bias {
        let sum = rowsAreSamples ? "Σ rows of \(delta)" : "Σ columns of \(delta)"
        lines.append(line(rules.bias(number, nil, of: depth), sum, bias))
      }
    }
    return lines
  }

  /// δ of a layer from the δ of the next one.
  private func behind(_ number: Int) -> String {
    let (delta, weight) = (delta(number + 1), rules.weight(number + 1, nil, of: depth))
    let product =
      !rowsAreSamples
      ? "\(weight)ᵀ·\(delta)" : isInByOut ? "\(delta)·\(weight)ᵀ" : "\(delta)·\(weight)"
    return slope(number).map { "(\(product))∘\($0)" } ?? product
  }
}
