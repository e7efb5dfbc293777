/// (x1 + x2 + x3)/3, and 1/3.
enum MeanFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    let count = site.sources.count
    guard count > 0, count <= FormulaSite.terms else { return nil }
    if count == 1 { return Formula(site.list(site.sources, "")) }
    return Formula([.text("(")] + site.list(site.sources, " + ") + [.text(")/\(count)")])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    Formula(site.sources.count == 1 ? "1" : "1/\(site.sources.count)")
  }
}
