import ApusGraph

/// What lies between one number and the result: the chain rule made visible.
struct ComputationPath {
  /// Arrows; more could not be told apart in a picture.
  static let most = 60

  let view: PathView
  /// All numbers on the way, the first and the result among them.
  let places: Set<Tape.Place>
  /// The uses of each of them on the way.
  private let found: [Tape.Place: [ElementUses.Use]]
  private let uses: ElementUses

  /// - Parameter tape: with single numbers as its rows.
  init(from name: String, _ tape: Tape) throws {
    view = try PathView(tape.subject, from: name)
    let start = try ParameterSearch(tape).place(name)
    uses = ElementUses(ForwardTape(tape, showing: []))
    var found: [Tape.Place: [ElementUses.Use]] = [:]
    var (open, arrows) = ([start], 0)
    while let place = open.popLast() {
      guard found[place] == nil else { continue }
      let next = uses.uses(of: place)
      arrows += next.count
      guard arrows <= Self.most else {
        throw PictureError(
          "more than \(Self.most) arrows lead from \(view.name) to \(view.result), too many for a "
            + "picture; a weight of a later layer has fewer, and apus explain --weight shows this one"
        )
      }
      found[place] = next
      open += next.map(\.output)
    }
    self.found = found
    places = Set(found.keys)
  }

  /// The operations on the way, with what of their operands is on it.
  func operations() -> [ComputationTrace.Operation] {
    let forward = ForwardTape(uses.tape, showing: places)
    return uses.steps.flatMap { step in
      uses.tape.trace.numbers(step.output).indices.compactMap { element in
        let output = Tape.Place(step.output, element)
        let operands = found.flatMap { place, uses in
          uses.filter { $0.output == output }.map { (place, $0.source) }
        }
        guard !operands.isEmpty else { return nil }
        return ComputationTrace.Operation(
          step: step, operands: operands.sorted { $0.1 < $1.1 }.map(\.0), output: output,
          row: forward.numbers[output].map { forward.rows[$0 - 1] })
      }
    }
  }

  /// The gradients of the numbers on the way, each with what its uses add.
  func rows() throws -> [Tape.Place: BackwardRow] {
    let tape = uses.tape
    let order = places.sorted { ($0.node, $0.element ?? 0) > ($1.node, $1.element ?? 0) }
    let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0 + 1) })
    let gradients = try tape.trace.gradients(with: Array(Set(order.map(\.node))))
    func gradient(_ place: Tape.Place) -> Double {
      gradients[place.node]?.doubles()[place.element ?? 0] ?? 0
    }
    var rows: [Tape.Place: BackwardRow] = [:]
    for place in order {
      let contributions = try (found[place] ?? []).map { use in
        let formula = uses.formula(use)
        let local = try uses.slope(use, formula)
        let upstream = gradient(use.output)
        return Contribution(
          through: tape.quantity(use.output).name, operation: use.step.name,
          row: numbers[use.output] ?? 0, upstream: Numbers(upstream), localFormula: formula,
          local: local, product: Numbers(upstream * local))
      }
      let slope = try NumericCheck(tape.trace).slope(of: place.node, element: place.element ?? 0)
      rows[place] = BackwardRow(
        number: numbers[place] ?? 0, quantity: tape.quantity(place), contributions: contributions,
        gradient: Numbers(gradient(place)), estimate: Estimate(.gradient, slope))
    }
    return rows
  }
}

extension ComputationPath {
  var title: String {
    "\(view.paths.count == 1 ? "Path" : "Paths") from \(view.name) to \(view.result)"
  }

  /// The product along each path, and their sum.
  func caption(_ style: NumberStyle) -> String {
    let slope = "∂\(view.result)/∂\(view.name) = \(style.text(view.gradient))"
    let products = view.paths.map { path in
      path.factors.reversed().map { style.factor($0) }.joined(separator: "·") + " = "
        + style.text(path.product)
    }
    switch products.count {
    case 1 where view.paths[0].factors.count == 1: return "\(slope), the one factor on the way."
    case 1: return "\(slope): the product of the factors, from the result back, \(products[0])."
    case 2...4:
      return "\(products.count) paths: " + products.joined(separator: "; ")
        + ". Their sum is \(slope)."
    default:
      let count = view.count.map { "\($0)" } ?? "more than \(Int.max)"
      return "\(count) paths; the products of the factors along them add up to \(slope)."
    }
  }
}
