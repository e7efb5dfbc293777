public import ApusFormats

extension LessonItem {
  /// The item as a page of 80 columns: what it says, each command with its output, the question.
  ///
  /// - Parameter outputs: what each command printed; nil where they were not run.
  public func text(outputs: [String]?) -> String {
    var page = TextLines()
    page.heading("\(number)  \(title)", "numbers: \(origin.rawValue)")
    page.wrapped(says, first: "", indent: 0)
    for file in files {
      page.add("")
      page.add("$ cat \(file.name)")
      page.add(file.text)
    }
    for (index, command) in commands.enumerated() {
      page.add("")
      page.add("$ apus " + command)
      if let output = outputs?[index] {
        for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
          page.add(String(line))
        }
      }
    }
    page.add("")
    if outputs == nil, let slow {
      page.wrapped("Not run here: \(slow). --run runs it.", first: "", indent: 0)
      page.add("")
    }
    page.wrapped(question.text, first: "Question: ", indent: 2)
    if !question.choices.isEmpty { page.add("  " + question.choices.joined(separator: " | ")) }
    page.add("  apus lesson \(id) --answer " + (question.choices.isEmpty ? "NUMBER" : "\"…\""))
    return page.text
  }

  /// The same for machines. The answer is not told; `--answer` marks one.
  public func json(outputs: [String]?) -> JSON {
    var members: [JSON.Member] = [
      .init("item", .string(id)), .init("title", .string(title)),
      .init("numbers", .string(origin.rawValue)), .init("says", .string(says)),
      .init(
        "commands",
        .array(
          commands.enumerated().map { index, command in
            [
              "command": .string("apus " + command),
              "output": outputs.map { .string($0[index]) } ?? .null,
            ]
          })),
    ]
    if !files.isEmpty {
      let files = files.map { ["name": .string($0.name), "text": .string($0.text)] as JSON }
      members.append(.init("files", .array(files)))
    }
    if let slow { members.append(.init("not_run_because", .string(slow))) }
    members.append(.init("question", .string(question.text)))
    if !question.choices.isEmpty { members.append(.init("choices", JSON(question.choices))) }
    return .object(members)
  }
}

extension Lessons {
  /// The decks with the titles of their items.
  public static func listText() -> String {
    var page = TextLines()
    for deck in decks {
      page.heading("\(deck.id)  \(deck.title)")
      page.add("     notation: \(deck.notation)")
      for item in deck.items { page.add("  " + item.id.padded(to: 9) + item.title) }
    }
    return page.text
  }

  public static func listJSON() -> JSON {
    .array(
      decks.map { deck in
        [
          "deck": .string(deck.id), "title": .string(deck.title),
          "notation": .string(deck.notation),
          "items": .array(
            deck.items.map {
              [
                "item": .string($0.id), "title": .string($0.title),
                "numbers": .string($0.origin.rawValue),
                "commands": JSON($0.commands.map { "apus " + $0 }),
              ]
            }),
        ]
      })
  }
}
