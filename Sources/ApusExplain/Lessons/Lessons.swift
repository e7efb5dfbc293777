public import ApusGraph

/// The five lecture decks as short walks that can be run.
///
/// ```swift
/// let item = try Lessons.item("002.08")
/// print(item.says, try item.question.mark("2.6").comment)
/// ```
public enum Lessons {
  /// In the order of the lecture. A new deck is a file and a line here.
  public static let decks: [LessonDeck] = [.deck000, .deck001, .deck002, .deck003, .deck004]

  public static var items: [LessonItem] { decks.flatMap(\.items) }

  /// The deck of a name such as `002`; nil when the name is none of a deck.
  public static func deck(_ name: String) -> LessonDeck? { decks.first { $0.id == name } }

  /// The item that was typed as `002.08` or `002·08`.
  ///
  /// - Throws: ``LessonError`` with the nearest item.
  public static func item(_ name: String) throws(LessonError) -> LessonItem {
    let id = name.lowercased().replacing("·", with: ".")
    guard let item = items.first(where: { $0.id == id }) else {
      let known = decks.map(\.id) + items.map(\.id)
      let inDeck = items.map(\.id).filter { $0.hasPrefix(id.prefix(3)) }
      throw LessonError(
        "there is no lesson \"\(name)\""
          + (didYouMean(id, in: known).map { ". " + $0 } ?? "")
          + (inDeck.isEmpty
            ? " The decks are " + decks.map(\.id).joined(separator: ", ") + "."
            : " Deck \(id.prefix(3)) has " + inDeck.joined(separator: ", ") + "."))
    }
    return item
  }
}

/// A lesson that there is not, or an answer that cannot be read.
public struct LessonError: DiagnosableError {
  public let description: String

  public var kind: ErrorKind { .usage }

  init(_ description: String) { self.description = description }
}
