/// How the terms of a loss are added up: L(y1) + L(y2), or (L(y1) + L(y2))/2.
enum LossReductionFormula: SpecialFormula {
  /// The name of the step.
  static let name = "reduction"

  static func forward(_ site: FormulaSite) -> Formula? {
    guard let scale = site.tape.subject.lossScale else { return nil }
    if scale.divisor == 1 || site.sources.count > FormulaSite.terms {
      return Formula(terms: site.sources.map { [site.operand($0)] })
    }
    let sum = site.list(site.sources, " + ")
    let divided = Formula.Piece.text("/\(scale.divisor)")
    return Formula(
      site.sources.count == 1 ? sum + [divided] : [.text("(")] + sum + [.text(")"), divided])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    site.tape.subject.lossScale.map { Formula($0.text) }
  }
}
