import ApusGraph

/// The slope of max(x, y) by x is [x > y]: 1 or 0, and a half at a tie.
enum LargerFormula: SpecialFormula {
  /// The op's own formula says it.
  static func forward(_ site: FormulaSite) -> Formula? { nil }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    guard let other = site.sources.first(where: { $0.operand != source.operand }) else {
      return nil
    }
    let sign = site.step.op is Maximum ? " > " : " < "
    return Formula([
      .text("["), site.operand(source), .text(sign), site.operand(other), .text("]"),
    ])
  }
}
