/// exp(z2)/(exp(z1) + exp(z2)), and p2·(1 − p2) or −p2·p1.
enum SoftmaxFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    guard let own = site.sources.first(where: { $0.element == site.element }) else { return nil }
    let isLong = site.sources.count > FormulaSite.terms
    let shown = isLong ? Array(site.sources.prefix(2)) : site.sources
    return Formula(
      [.text("exp("), site.operand(own), .text(")/(")]
        + site.list(shown, " + ", open: "exp(", close: ")")
        + [.text(isLong ? " + … (\(site.sources.count) terms))" : ")")])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    if source.element == site.element {
      return Formula([site.output, .text("·(1 − "), site.output, .text(")")])
    }
    let other = site.operand(Tape.Place(site.step.output, source.element))
    return Formula([.text("−"), site.output, .text("·"), other])
  }
}
