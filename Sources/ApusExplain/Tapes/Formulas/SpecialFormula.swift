import ApusGraph

/// Formulas of ops whose own nodes would hide what they mean: a softmax is exp over a sum of exps,
/// whatever is done against overflow. One file for each; the others print from their nodes.
protocol SpecialFormula {
  /// An element of the output, with its operands; nil where the usual way does.
  static func forward(_ site: FormulaSite) -> Formula?
  /// ∂element/∂source.
  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula?
}

enum SpecialFormulas {
  static func of(_ step: TapeStep) -> (any SpecialFormula.Type)? {
    if step.name == LossReductionFormula.name { return LossReductionFormula.self }
    switch step.op {
    case is Softmax: return SoftmaxFormula.self
    case is CategoricalCrossEntropy, is SoftmaxCrossEntropy: return CrossEntropyFormula.self
    case is BinaryCrossEntropy: return BinaryCrossEntropyFormula.self
    case is Mean: return MeanFormula.self
    case is LogSumExp: return LogSumExpFormula.self
    case is ReduceMax, is ReduceMin: return LargestFormula.self
    case is Maximum, is Minimum: return LargerFormula.self
    default: return nil
    }
  }
}

/// One element of a step's output, for a formula.
struct FormulaSite {
  /// Sums are written out up to this many terms.
  static let terms = 6

  let step: TapeStep
  let element: Int
  let tape: Tape
  /// What the element is computed from.
  let sources: [ElementDependencies.Source]
  private let show: (Tape.Place) -> Formula.Operand

  init(
    _ step: TapeStep, _ element: Int, _ tape: Tape,
    show: @escaping (Tape.Place) -> Formula.Operand
  ) {
    self.step = step
    self.element = element
    self.tape = tape
    self.show = show
    sources = ElementDependencies(tape.trace).sources(of: step, element: element)
  }

  var output: Formula.Piece { operand(Tape.Place(step.output, element)) }

  func operand(_ place: Tape.Place) -> Formula.Piece { .operand(show(place)) }

  func operand(_ source: ElementDependencies.Source) -> Formula.Piece { operand(place(source)) }

  func place(_ source: ElementDependencies.Source) -> Tape.Place {
    Tape.Place(step.operands[source.operand].source, source.element)
  }

  /// The sources of one operand.
  func sources(of operand: Int) -> [ElementDependencies.Source] {
    sources.filter { $0.operand == operand }
  }

  /// `a, b, c`, each between `open` and `close`.
  func list(
    _ sources: [ElementDependencies.Source], _ separator: String, open: String = "",
    close: String = ""
  ) -> [Formula.Piece] {
    var pieces: [Formula.Piece] = []
    for (index, source) in sources.enumerated() {
      pieces += [.text((index > 0 ? separator : "") + open), operand(source), .text(close)]
    }
    return pieces.filter { $0 != .text("") }
  }
}
