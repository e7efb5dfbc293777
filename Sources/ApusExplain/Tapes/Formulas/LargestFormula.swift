import ApusGraph

/// max(x1, x2, x3) over the elements of one operand, and [x1 = result]: the largest gets the gradient.
enum LargestFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    guard (1...FormulaSite.terms).contains(site.sources.count) else { return nil }
    let name = site.step.op is ReduceMax ? "max(" : "min("
    return Formula([.text(name)] + site.list(site.sources, ", ") + [.text(")")])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    Formula([.text("["), site.operand(source), .text(" = "), site.output, .text("]")])
  }
}
