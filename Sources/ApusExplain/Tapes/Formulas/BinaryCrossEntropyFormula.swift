/// −t·log(p) − (1 − t)·log(1 − p), and −t/p + (1 − t)/(1 − p).
enum BinaryCrossEntropyFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    guard let (p, t) = operands(site) else { return nil }
    return Formula([
      .text("−"), t, .text("·log("), p, .text(") − (1 − "), t, .text(")·log(1 − "), p, .text(")"),
    ])
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    guard source.operand == 0, let (p, t) = operands(site) else { return nil }
    return Formula([
      .text("(−"), t, .text("/"), p, .text(" + (1 − "), t, .text(")/(1 − "), p, .text("))"),
    ])
  }

  private static func operands(_ site: FormulaSite) -> (p: Formula.Piece, t: Formula.Piece)? {
    guard let p = site.sources(of: 0).first, let t = site.sources(of: 1).first,
      site.sources.count == 2
    else { return nil }
    return (site.operand(p), site.operand(t))
  }
}
