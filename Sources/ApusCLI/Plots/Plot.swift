internal import ApusDrawing

/// A member of `apus plot`: makes one figure. What becomes of it is the same for all.
protocol Plot: Subcommand {
  /// What the plot itself takes; the options of every figure come after.
  var ownArguments: [any Argument] { get }

  func figure(_ parsed: ParsedArguments, in session: Session) throws -> Figure
}

extension Plot {
  var notes: [HelpNote] { [] }
  var arguments: [any Argument] { ownArguments + FigureOptions().arguments }

  func run(_ parsed: ParsedArguments, in session: Session) throws {
    try show(parsed, in: session)
  }

  func show(_ parsed: ParsedArguments, in session: Session) throws {
    let options = FigureOptions()
    try options.check(parsed)
    try options.show(try figure(parsed, in: session), parsed, session)
  }
}
