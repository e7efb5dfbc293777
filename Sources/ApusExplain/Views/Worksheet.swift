public import ApusFormats
import ApusGraph

/// An explanation with its numbers left out, and what marks the numbers that are filled in.
public struct Worksheet: Sendable {
  struct Blank: Sendable {
    /// `h2_in`, `∂L/∂h2`
    let name: String
    let formula: String
    let place: Tape.Place
    let isGradient: Bool
    let value: Double
  }

  let title: String
  /// What is given: `x1 = 3`.
  let given: [(name: String, value: Double)]
  let blanks: [Blank]
  private let tape: Tape
  private let learningRate: Double

  package init(_ subject: Subject, learningRate: Double) throws {
    tape = try Tape(subject)
    guard tape.isScalar, tape.trace.value(subject.result)?.scalar != nil else {
      throw DrillError(
        "a worksheet has a blank for each number; this is too large for it, or its result is not one "
          + "number")
    }
    self.learningRate = learningRate
    title = subject.header.title + (subject.header.example.map { ", \($0)" } ?? "")
    blanks = Self.blanks(try BackwardTape(ForwardTape(tape)))
    let own = tape
    given = tape.subject.graph.nodes.indices.map { NodeID($0) }.flatMap { id in
      [.input, .parameter, .target].contains(subject.role(of: id))
        ? own.trace.numbers(id).enumerated().map { (own.quantity(Tape.Place(id, $0)).name, $1) }
        : []
    }
  }

  private static func blanks(_ backward: BackwardTape) -> [Blank] {
    let (forward, style) = (backward.forward, NumberStyle())
    let result = forward.rows.last?.quantity.name ?? "F"
    var found: [Int: Blank] = [:]
    for (place, number) in forward.numbers {
      let row = forward.rows[number - 1]
      found[number] = Blank(
        name: row.quantity.name, formula: style.symbolic(row.formula), place: place,
        isGradient: false, value: row.value.scalar ?? .nan)
    }
    for (place, number) in backward.numbers where number > forward.rows.count + 1 {
      let row = backward.rows[number - forward.rows.count - 1]
      let factors = row.contributions.map { use in
        let local = style.symbolic(use.localFormula)
        return "∂\(result)/∂\(use.through)" + (local == "1" ? "" : " · (\(local))")
      }
      found[number] = Blank(
        name: "∂\(result)/∂\(row.quantity.name)", formula: factors.joined(separator: " + "),
        place: place, isGradient: true, value: row.gradient.scalar ?? .nan)
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// To be printed and filled in by hand.
  public func text(style: NumberStyle = NumberStyle()) -> String {
    var page = TextLines()
    page.heading("WORKSHEET: \(title)")
    page.wrapped(
      "given: " + given.map { "\($0.name) = \(style.text($0.value))" }.joined(separator: ", "),
      first: "  ", indent: 4)
    for isGradient in [false, true] {
      page.heading(isGradient ? "BACKWARD" : "FORWARD")
      for blank in blanks where blank.isGradient == isGradient {
        page.wrapped("\(blank.name) = \(blank.formula) = ____________", first: "  ", indent: 6)
      }
    }
    return page.text
  }

  /// Tables with an empty column.
  public func markdown(style: NumberStyle = NumberStyle()) -> String {
    var page = MarkdownPage()
    page.heading("Worksheet: \(title)", level: 1)
    page.table(
      ["given", "value"],
      given.map { [MarkdownPage.escaped($0.name), style.text($0.value)] }, right: [1])
    for isGradient in [false, true] {
      page.heading(isGradient ? "Backward" : "Forward")
      page.table(
        ["quantity", "formula", "value"],
        blanks.filter { $0.isGradient == isGradient }.map {
          [MarkdownPage.escaped($0.name), MarkdownPage.escaped($0.formula), ""]
        })
    }
    return page.text
  }

  /// To be filled in: a null for each answer.
  public var template: JSON {
    [
      "format": "apus-worksheet", "version": 1, "title": .string(title),
      "answers": .object(blanks.map { JSON.Member($0.name, .null) }),
    ]
  }

  /// What is said about each answer. Right is also what the exact number rounds or truncates to with
  /// the answer's own digits, and what rounded intermediate numbers lead to.
  ///
  /// - Parameter answers: the template, filled in: numbers, or texts such as "−0.11".
  public func marks(_ answers: JSON) throws -> [AnswerMark] {
    guard let members = (answers["answers"] ?? answers).members else {
      throw WorksheetError("expected an object with the member \"answers\"")
    }
    let names = blanks.map(\.name)
    for member in members where !names.contains(member.name) && answers["answers"] != nil {
      throw WorksheetError(
        "there is no blank \"\(printable(member.name, limit: 60))\" in this worksheet"
          + (didYouMean(member.name, in: names).map { ". " + $0 } ?? ""))
    }
    let slips = try slips()
    let carried = try [2, 3].flatMap { count in
      try SlideDigits.Counted.allCases.map { counted in
        let digits = SlideDigits(count: count, counted: counted)
        return (digits, try Recomputation(tape, rounding: digits.number))
      }
    }
    let given = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
    return try blanks.map { blank in
      try mark(blank, given[blank.name] ?? .null, slips, carried)
    }
  }

  private func mark(
    _ blank: Blank, _ answer: JSON, _ slips: [Slip], _ carried: [(SlideDigits, Recomputation)]
  ) throws -> AnswerMark {
    func marked(
      _ verdict: AnswerMark.Verdict, _ comment: String, _ mistake: String? = nil
    ) -> AnswerMark {
      AnswerMark(
        place: blank.isGradient ? "backward" : "forward", name: blank.name, verdict: verdict,
        comment: comment, mistake: mistake)
    }
    if answer == .null { return marked(.missing, "not answered yet") }
    guard let given = GivenNumber(answer) else {
      return marked(.wrong, "expected a number, as -0.11 or \"−0.11\"")
    }
    if given.fits(blank.value) { return marked(.right, "right") }
    for (digits, again) in carried {
      let value = blank.isGradient ? again.gradients[blank.place] : again.values[blank.place]
      if let value, given.value != 0, given.fits(value) {
        let what = digits.counted == .decimals ? "decimals" : "significant digits"
        return marked(
          .right, "right with every number rounded to \(digits.count) \(what) before its next use")
      }
    }
    let exact = NumberStyle().text(blank.value)
    // A 0 says too little to tell what led to it.
    for slip in slips where given.value != 0 {
      if let value = slip.value(blank), given.fits(value), !given.fits(blank.value) {
        return marked(.wrong, "\(slip.comment); it is \(exact)", slip.name)
      }
    }
    return marked(.wrong, "it is \(exact)")
  }

  // MARK: Slips

  /// A known mistake and the number that it leads to.
  private struct Slip {
    let name: String
    let comment: String
    let value: (Blank) -> Double?
  }

  private func slips() throws -> [Slip] {
    let squashed = try Recomputation(
      tape,
      local: { step, slope in
        step.name == Sigmoid.name || step.name == Tanh.name ? 1 : slope
      })
    let updated = try recomputed { $0 - learningRate * $1 }
    let swapped = try transposed()
    var slips = [
      Slip(name: "sign", comment: "the sign is wrong") { -$0.value },
      Slip(name: "missing-derivative", comment: "a factor σ' of an activation is missing") {
        $0.isGradient ? squashed.gradients[$0.place] : nil
      },
    ]
    if tape.steps.contains(where: { isSquare($0) }) {
      slips.append(
        Slip(
          name: "forgotten-2", comment: "half of it: the 2 of the square's derivative is missing"
        ) {
          $0.isGradient ? $0.value / 2 : nil
        })
    }
    slips.append(
      Slip(name: "transpose", comment: "the weights' two indices are swapped") { blank in
        if blank.isGradient, let value = transposedGradient(blank.place) { return value }
        return blank.isGradient
          ? swapped?.gradients[blank.place] : swapped?.values[blank.place]
      })
    slips.append(
      Slip(name: "updated-weight", comment: "this is with the weights after the step") {
        $0.isGradient ? updated?.gradients[$0.place] : updated?.values[$0.place]
      })
    return slips
  }

  private func isSquare(_ step: TapeStep) -> Bool {
    step.members.contains { tape.subject.graph[$0].op is Square }
      || step.members.contains { tape.subject.graph[$0].op is Power }
  }

  private func transposedGradient(_ place: Tape.Place) -> Double? {
    let shape = tape.shape(place.node)
    guard tape.subject.role(of: place.node) == .parameter, shape.count == 2, shape[0] == shape[1],
      let element = place.element
    else { return nil }
    let other = element % shape[1] * shape[1] + element / shape[1]
    return blanks.first { $0.isGradient && $0.place == Tape.Place(place.node, other) }?.value
  }

  /// With other parameters, each of its value and gradient; nil where that is no computation.
  private func recomputed(_ change: (Double, Double) -> Double) throws -> Recomputation? {
    var subject = tape.subject
    for id in parameters {
      let gradient = try tape.trace.gradients(with: [id])[id]?.doubles() ?? []
      let numbers = zip(tape.trace.numbers(id), gradient).map(change)
      guard numbers.count == tape.trace.numbers(id).count else { return nil }
      subject.feeds[id] = TensorData(numbers, shape: tape.shape(id))
    }
    return try Recomputation(Tape(subject, detail: .numbers))
  }

  /// With every square matrix of weights transposed; nil where there is none.
  private func transposed() throws -> Recomputation? {
    var subject = tape.subject
    var changed = false
    for id in parameters {
      let shape = tape.shape(id)
      guard shape.count == 2, shape[0] == shape[1], shape[0] > 1 else { continue }
      let (numbers, size) = (tape.trace.numbers(id), shape[0])
      subject.feeds[id] = TensorData(
        numbers.indices.map { numbers[$0 % size * size + $0 / size] }, shape: shape)
      changed = true
    }
    return changed ? try Recomputation(Tape(subject, detail: .numbers)) : nil
  }

  private var parameters: [NodeID] {
    tape.subject.graph.nodes.indices.map { NodeID($0) }.filter {
      tape.subject.role(of: $0) == .parameter && tape.subject.feeds[$0] != nil
    }
  }
}

/// An answer with the digits that it was given in.
private struct GivenNumber {
  let value: Double
  let decimals: Int

  init?(_ json: JSON) {
    let text: String
    switch json {
    case .integer(let number): text = "\(number)"
    case .number(let number): text = number.description
    case .string(let words): text = words.replacing("−", with: "-").replacing(",", with: ".")
    default: return nil
    }
    guard let value = Double(text), value.isFinite else { return nil }
    self.value = value
    let point = text.firstIndex(of: ".")
    decimals =
      text.contains("e")
      ? 17 : min(point.map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0, 17)
  }

  /// Whether the number rounds or truncates to the answer, or is nearly it. One digit, such as 0.02 for
  /// 0.0180, has to be within a quarter; 0 is right for what a slide shows as 0.
  func fits(_ exact: Double) -> Bool {
    guard exact.isFinite else { return false }
    let error = (value - exact).magnitude
    if error <= 1e-3 * exact.magnitude { return true }
    if value == 0 { return exact.magnitude < 5e-5 }
    guard exact.magnitude < 1e12, error <= 0.25 * exact.magnitude else { return false }
    return SlideDigits.number(SlideDigits.rounded(exact, decimals)) == value
      || SlideDigits.number(SlideDigits.cut(exact, decimals)) == value
  }
}

/// Answers that belong to no worksheet.
struct WorksheetError: DiagnosableError {
  let description: String

  var kind: ErrorKind { .badData }

  init(_ description: String) { self.description = "answers: \(description)" }
}
