extension AnswerMark {
  /// A line for each answer of a worksheet, and how many are right.
  public static func text(_ marks: [AnswerMark]) -> String {
    let width = min(marks.map(\.name.count).max() ?? 0, 30)
    let lines = marks.map { mark in
      let said = mark.said.isEmpty ? "" : ": " + mark.said
      return "\(mark.name.padded(to: width))  \(mark.verdict.rawValue)\(said)\n"
    }
    return lines.joined() + total(marks) + "\n"
  }

  /// The same as a table.
  public static func markdown(_ marks: [AnswerMark]) -> String {
    var page = MarkdownPage()
    page.table(
      ["answer", "verdict", "comment"],
      marks.map {
        [MarkdownPage.escaped($0.name), $0.verdict.rawValue, MarkdownPage.escaped($0.said)]
      })
    page.add("\n" + total(marks))
    return page.text
  }

  /// What the verdict does not say yet.
  private var said: String { verdict == .right && comment == "right" ? "" : comment }

  private static func total(_ marks: [AnswerMark]) -> String {
    "\(marks.count { $0.verdict == .right }) of \(marks.count) right"
  }
}
