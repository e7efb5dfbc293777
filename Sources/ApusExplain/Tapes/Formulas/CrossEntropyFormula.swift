import ApusGraph

/// −t1·log(p1) − t2·log(p2), also where the loss is computed from the scores; then its derivative by
/// a score is p − t, where the targets of a row add up to 1 as they do for classes.
enum CrossEntropyFormula: SpecialFormula {
  static func forward(_ site: FormulaSite) -> Formula? {
    let (predictions, targets) = (site.sources(of: 0), site.sources(of: 1))
    guard predictions.count == targets.count else { return nil }
    if takesScores(site), site.tape.subject.probabilities == nil { return nil }
    let terms = zip(predictions, targets).map { p, t -> [Formula.Piece] in
      [.text("−"), site.operand(t), .text("·log("), probability(of: p, site), .text(")")]
    }
    return Formula(terms: terms)
  }

  static func local(_ site: FormulaSite, _ source: ElementDependencies.Source) -> Formula? {
    guard source.operand == 0, takesScores(site), site.tape.subject.probabilities != nil else {
      return nil
    }
    let (scores, targets) = (site.sources(of: 0), site.sources(of: 1))
    guard let index = scores.firstIndex(of: source), targets.indices.contains(index) else {
      return nil
    }
    return Formula([probability(of: source, site), .text(" − "), site.operand(targets[index])])
  }

  private static func takesScores(_ site: FormulaSite) -> Bool {
    site.step.op is SoftmaxCrossEntropy
  }

  /// The probability that a score stands for.
  private static func probability(
    of source: ElementDependencies.Source, _ site: FormulaSite
  ) -> Formula.Piece {
    guard takesScores(site), let node = site.tape.subject.probabilities else {
      return site.operand(source)
    }
    return site.operand(Tape.Place(node, source.element))
  }
}
