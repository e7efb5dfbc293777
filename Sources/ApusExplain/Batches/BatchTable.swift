import ApusGraph

/// Takes the gradient of a batch apart into what its rows add.
///
/// The loss is Σ uₖ·Tₖ over its terms T, with fixed numbers u that the reduction gives. The part of a row
/// is the gradient of its own summands: one backward pass from the terms, with u left only at that row.
struct BatchTable {
  private let tape: Tape
  private let terms: NodeID
  private let upstream: [Double]
  private let rows: [Int]
  private let divisor: Double

  /// Nil without a batch, or where its loss has no terms of the rows.
  static func part(
    _ tape: Tape, _ parameters: ParameterTable
  ) throws -> BatchPart? {
    guard let table = try BatchTable(tape) else { return nil }
    return try table.part(parameters)
  }

  private init?(_ tape: Tape) throws {
    let subject = tape.subject
    guard subject.rowNumbers.count > 1, let terms = subject.lossTerms,
      tape.shape(terms).first == subject.rowNumbers.count,
      let upstream = try tape.trace.gradients(with: [terms])[terms]
    else { return nil }
    self.tape = tape
    self.terms = terms
    self.upstream = upstream.doubles()
    rows = subject.rowNumbers
    divisor = subject.combination.divisor(rows.count)
  }

  private var width: Int { upstream.count / rows.count }

  private func part(_ parameters: ParameterTable) throws -> BatchPart {
    let slopes = try rows.indices.map { row in
      try tape.trace.gradients(of: terms, upstream: only(row), with: parameters.nodes)
    }
    let losses = losses(of: tape.trace.numbers(terms))
    let loss = tape.trace.value(tape.subject.result)?.scalar ?? .nan
    let groups = try zip(parameters.nodes, parameters.groups).map { id, group in
      let shape = tape.shape(id)
      let own = slopes.map { slope in
        (slope[id]?.doubles() ?? [Double](repeating: 0, count: group.count)).map { $0 * divisor }
      }
      return BatchPart.Group(
        name: group.name, shape: shape,
        entries: try group.entries.map { try entry($0, id, own) },
        rows: own.map { Numbers($0, shape: shape) })
    }
    return BatchPart(
      rows: rows, combination: tape.subject.combination, given: given, losses: losses,
      penalty: tape.subject.hasPenalty ? loss - losses.reduce(0, +) / divisor : 0, loss: loss,
      groups: groups)
  }

  private func entry(
    _ entry: ParameterGroup.Entry, _ id: NodeID, _ slopes: [[Double]]
  ) throws -> BatchPart.Entry {
    let shape = tape.shape(id)
    let element = zip(entry.index, shape).reduce(0) { $0 * $1.1 + $1.0 }
    let own = slopes.map { $0[element] }
    let estimates = try NumericCheck(tape.trace).slopes(of: id, element: element) {
      losses(of: try tape.trace.value(of: terms, with: [id: $0])?.doubles() ?? [])
    }
    let hasPenalty = tape.subject.hasPenalty
    return BatchPart.Entry(
      name: entry.name, index: entry.index, rows: own, estimates: estimates,
      penalty: hasPenalty ? entry.gradient - own.reduce(0, +) / divisor : 0,
      penaltyEstimate: hasPenalty ? entry.estimate - estimates.reduce(0, +) / divisor : 0,
      gradient: entry.gradient, estimate: entry.estimate)
  }

  /// The reduction's numbers at one row, 0 elsewhere.
  private func only(_ row: Int) -> TensorData {
    let own = row * width..<(row + 1) * width
    return TensorData(
      upstream.enumerated().map { own.contains($0) ? $1 : 0 }, shape: tape.shape(terms))
  }

  /// Of each row by itself.
  private func losses(of terms: [Double]) -> [Double] {
    rows.indices.map { row in
      let own = row * width..<(row + 1) * width
      return own.reduce(0) { terms.indices.contains($1) ? $0 + upstream[$1] * terms[$1] : .nan }
        * divisor
    }
  }

  private var given: [BatchPart.Given] {
    tape.subject.graph.nodes.indices.map { NodeID($0) }.compactMap { id in
      guard [.input, .target].contains(tape.subject.role(of: id)), tape.subject.feeds[id] != nil
      else { return nil }
      let place = Tape.Place(id, nil)
      return BatchPart.Given(quantity: tape.quantity(place), value: tape.numbers(place))
    }
  }
}
