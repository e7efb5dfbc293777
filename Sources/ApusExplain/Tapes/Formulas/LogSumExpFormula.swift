/// log(exp(z1) + exp(z2)), and the softmax exp(z1 − result).
enum LogSumExpFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    guard (1...FormulaSite.terms).contains(site.sources.count) else { return nil }
    return Formula(
      [.text("log(")] + site.list(site.sources, " + ", open: "exp(", close: ")") + [.text(")")])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    Formula([.text("exp("), site.operand(source), .text(" − "), site.output, .text(")")])
  }
}
