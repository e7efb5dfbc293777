public import ApusFormats
import ApusGraph

/// Every way from one number to the result, with the product of the local derivatives along it. They
/// add up to the gradient: the sum over paths is what the chain rule says (Bauer, Computational graphs
/// and rounding error, 1974).
public struct PathView: Hashable, Sendable {
  /// Paths that are listed; of more only their number is told.
  static let listed = 64

  struct Path: Hashable, Sendable {
    /// The quantities on it, from the number to the result.
    let names: [String]
    let factors: [Double]
    var product: Double { factors.reduce(1, *) }
  }

  let name: String
  let result: String
  /// Nil where there are more than an Int holds.
  let count: Int?
  /// Empty when there are more than `listed`.
  let paths: [Path]
  let gradient: Double
  /// Of the gradient, by central differences.
  let estimate: Double

  /// - Parameter name: `w(x1→h2)`, `x1→h2` or `dense_1[1,0]`, the last counted from 0.
  package init(_ subject: Subject, from name: String) throws {
    let tape = try Tape(subject, detail: .tensors).number
    guard tape.trace.value(subject.result)?.scalar != nil, tape.isVariable(subject.result) else {
      throw DrillError(
        "paths lead to one number, and this result is a tensor; take a sum or one element of it")
    }
    let start = try ParameterSearch(tape).place(name)
    let finder = PathFinder(tape)
    self.name = tape.quantity(start).name
    result = tape.quantity(Tape.Place(subject.result, nil)).name
    count = finder.count(from: start)
    paths =
      count.map { $0 <= Self.listed } ?? false ? try finder.paths(from: start) : []
    gradient =
      try tape.trace.gradients(with: [start.node])[start.node]?.doubles()[start.element ?? 0] ?? 0
    estimate = try NumericCheck(tape.trace).slope(of: start.node, element: start.element ?? 0)
  }

  private var total: String { count.map { "\($0)" } ?? "more than \(Int.max)" }
  private var sum: Double { paths.reduce(0) { $0 + $1.product } }

  /// As a list with the sum below.
  public func text(style: NumberStyle = NumberStyle()) -> String {
    var page = TextLines()
    page.heading("PATHS from \(name) to \(result): \(total)", "product")
    for (index, path) in paths.enumerated() {
      page.wrapped(
        "\(index + 1)  " + path.names.joined(separator: " → "), first: "  ", indent: 6)
      let factors = path.factors.map { style.factor($0) }.joined(separator: "·")
      page.wrapped("\(factors) = " + style.text(path.product), first: "     ", indent: 8)
    }
    if paths.isEmpty, count != 0 {
      page.add("  they are only counted, not listed: more than \(Self.listed)")
    }
    if !paths.isEmpty { page.add("  sum of the products  = " + style.text(sum)) }
    page.add(
      "  ∂\(result)/∂\(name) = " + style.text(gradient) + ", by differences " + style.text(estimate)
    )
    return page.text
  }

  /// See Documentation/ExplainJSON.md.
  public var json: JSON {
    [
      "parameter": .string(name), "result": .string(result),
      "count": count.map { .integer($0) } ?? .null,
      "paths": .array(
        paths.map { path in
          [
            "names": JSON(path.names), "factors": .array(path.factors.map { .real($0) }),
            "product": .real(path.product),
          ]
        }), "gradient": .real(gradient), "estimate": .real(estimate),
    ]
  }
}

/// Walks from a number of a tape to its result.
private struct PathFinder {
  private let tape: Tape
  private let uses: ElementUses

  init(_ tape: Tape) {
    self.tape = tape
    uses = ElementUses(ForwardTape(tape, showing: []))
  }

  /// The ways to each number are the sum of the ways to what it is computed from.
  func count(from start: Tape.Place) -> Int? {
    var ways: [Tape.Place: Int] = [start: 1]
    let dependencies = ElementDependencies(tape.trace)
    for step in uses.steps {
      guard
        step.operands.contains(where: { operand in ways.keys.contains { $0.node == operand.source }
        })
      else { continue }
      for element in tape.trace.numbers(step.output).indices {
        var sum = 0
        for source in dependencies.sources(of: step, element: element) {
          let place = Tape.Place(step.operands[source.operand].source, source.element)
          let (next, overflows) = sum.addingReportingOverflow(ways[place] ?? 0)
          if overflows { return nil }
          sum = next
        }
        if sum > 0 { ways[Tape.Place(step.output, element)] = sum }
      }
    }
    return ways[Tape.Place(tape.subject.result, 0)] ?? 0
  }

  func paths(from start: Tape.Place) throws -> [PathView.Path] {
    var open = [(place: start, path: PathView.Path(names: [name(start)], factors: []))]
    var done: [PathView.Path] = []
    let end = Tape.Place(tape.subject.result, 0)
    while let (place, path) = open.popLast() {
      if place == end {
        done.append(path)
        continue
      }
      for use in uses.uses(of: place).reversed() {
        let slope = try uses.slope(use, uses.formula(use))
        open.append(
          (
            use.output,
            PathView.Path(
              names: path.names + [name(use.output)], factors: path.factors + [slope])
          ))
      }
    }
    return done
  }

  private func name(_ place: Tape.Place) -> String { tape.quantity(place).name }
}

extension PathView {
  /// As a table with the sum below.
  public func markdown(style: NumberStyle = NumberStyle()) -> String {
    var page = MarkdownPage()
    page.heading("Paths from \(name) to \(result): " + total, level: 1)
    if !paths.isEmpty {
      var rows = paths.enumerated().map { index, path in
        [
          "\(index + 1)", MarkdownPage.escaped(path.names.joined(separator: " → ")),
          path.factors.map { style.factor($0) }.joined(separator: "·"), style.text(path.product),
        ]
      }
      rows.append(["", "sum of the products", "", style.text(sum)])
      page.table(["path", "through", "factors", "product"], rows, right: [0, 3])
      page.add("")
    } else if count != 0 {
      page.add("They are only counted, not listed: more than \(Self.listed).\n")
    }
    page.add(
      MarkdownPage.escaped(
        "∂\(result)/∂\(name) = \(style.text(gradient)), by differences "
          + style.text(estimate)))
    return page.text
  }
}
