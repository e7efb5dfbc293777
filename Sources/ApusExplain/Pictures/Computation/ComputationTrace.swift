import ApusGraph

/// The operations of a subject with what flows between them: single numbers or tensors.
struct ComputationTrace {
  struct Operation {
    let step: TapeStep
    /// One entry for each use.
    let operands: [Tape.Place]
    let output: Tape.Place
    let row: ForwardRow?
  }

  /// Numbers of a tensor that are written out at most.
  static let written = 4

  let tape: Tape
  let operations: [Operation]
  /// The way from one number to the result, where the picture is about it.
  let path: ComputationPath?
  /// Whether the operations are those on the path alone.
  let isPathAlone: Bool
  private let rows: [Tape.Place: BackwardRow]

  init(_ subject: Subject, _ options: ComputationOptions) throws {
    let isSmall = Self.isSmall(subject, options)
    var detail = options.detail
    if detail == .automatic { detail = isSmall || options.path != nil ? .numbers : .tensors }
    let tape = try Tape(subject, detail: detail, opensComposites: options.isExpanded)
    self.tape = tape
    path = try options.path.map { try ComputationPath(from: $0, tape) }
    isPathAlone = path != nil && !isSmall
    if let path, isPathAlone {
      operations = path.operations()
      rows = try path.rows()
      return
    }
    let places = tape.steps.reduce(0) { $0 + tape.places(of: $1.output).count }
    guard places <= 2_000 else {
      throw PictureError(
        "--detail numbers would draw \(NumberFormat.grouped(places)) operations; draw tensors "
          + "instead, or a smaller network")
    }
    let forward = ForwardTape(tape)
    operations = Self.operations(of: tape, forward)
    let isNumber = tape.trace.value(subject.result)?.scalar != nil
    let backward =
      isNumber && tape.isVariable(subject.result) ? try BackwardTape(forward) : nil
    var rows: [Tape.Place: BackwardRow] = [:]
    for (place, number) in backward?.numbers ?? [:] {
      rows[place] = backward?.rows[number - forward.rows.count - 1]
    }
    self.rows = rows
  }

  /// Whether all numbers, given and computed, are few enough for an arrow each.
  private static func isSmall(_ subject: Subject, _ options: ComputationOptions) -> Bool {
    let steps = StepList(
      subject.graph, roots: [subject.result], groups: subject.groups,
      opensComposites: options.isExpanded
    ).steps
    var nodes: Set<NodeID> = []
    for step in steps {
      nodes.insert(step.output)
      nodes.formUnion(step.operands.map(\.source))
    }
    var count = 0
    for node in nodes {
      let size = subject.graph[node].type.shape.concrete.flatMap(checkedElementCount) ?? .max
      guard size <= ComputationPicture.scalars else { return false }
      count += size
    }
    return count <= ComputationPicture.scalars
  }

  private static func operations(of tape: Tape, _ forward: ForwardTape) -> [Operation] {
    let dependencies = ElementDependencies(tape.trace)
    return tape.steps.flatMap { step in
      tape.places(of: step.output).map { place in
        let operands =
          place.element.map { element in
            dependencies.sources(of: step, element: element).map {
              Tape.Place(step.operands[$0.operand].source, $0.element)
            }
          } ?? step.operands.map { Tape.Place($0.source, nil) }
        return Operation(
          step: step, operands: operands, output: place,
          row: forward.numbers[place].map { forward.rows[$0 - 1] })
      }
    }
  }

  /// Whether a quantity is on the path that the picture is about.
  func isOnPath(_ place: Tape.Place) -> Bool { path?.places.contains(place) ?? false }

  /// All quantities, given ones before those that are computed.
  var places: [Tape.Place] {
    var seen: Set<Tape.Place> = []
    let given = operations.flatMap(\.operands).filter { isLeaf($0) }
    return (given + operations.map(\.output)).filter { seen.insert($0).inserted }
  }

  func isLeaf(_ place: Tape.Place) -> Bool {
    tape.subject.graph[place.node].inputs.isEmpty
  }

  func gradient(of place: Tape.Place) -> Numbers? { rows[place]?.gradient }

  /// What one use of a quantity after the other adds to its gradient, each with the backward row of
  /// what uses it.
  func contributions(to place: Tape.Place) -> [Contribution] { rows[place]?.contributions ?? [] }

  /// The number of a place's backward row.
  func backwardRow(of place: Tape.Place) -> Int? { rows[place]?.number }

  /// The number or, of larger tensors, their range.
  func text(_ numbers: Numbers, _ style: NumberStyle) -> String {
    if let scalar = numbers.scalar { return style.text(scalar) }
    if numbers.values.count <= Self.written {
      return "[" + numbers.values.map(style.text).joined(separator: "; ") + "]"
    }
    if numbers.minimum == numbers.maximum { return "all \(style.text(numbers.minimum))" }
    return "\(style.text(numbers.minimum)) … \(style.text(numbers.maximum))"
  }

  /// Of the parameters, or of the inputs where there are none.
  var largestGradient: (kind: String, name: String, value: Double)? {
    let leaves = places.filter { isLeaf($0) && gradient(of: $0) != nil }
    let parameters = leaves.filter { tape.subject.role(of: $0.node) == .parameter }
    let kind = parameters.isEmpty ? "inputs" : "parameters"
    var largest: (kind: String, name: String, value: Double)?
    for place in parameters.isEmpty ? leaves : parameters {
      let values = gradient(of: place)?.values ?? []
      for (index, value) in values.enumerated()
      where value.isFinite && value.magnitude > largest?.value.magnitude ?? -1 {
        let element = place.element ?? (values.count > 1 ? index : nil)
        largest = (kind, tape.quantity(Tape.Place(place.node, element)).name, value)
      }
    }
    return largest
  }
}
