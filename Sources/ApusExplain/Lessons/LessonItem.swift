/// An item of a lecture deck: what it says, the commands that reproduce it, and a question.
public struct LessonItem: Sendable {
  /// Deck, point, item: `002.08`; the further questions of an item have a letter, `003.19c`.
  public let id: String
  public let title: String
  /// Where its numbers come from.
  public let origin: ExplanationHeader.Origin
  /// What the lecture says there, in our own words.
  public let says: String
  /// What a student types, without the leading `apus`. Files that a command makes are under `out/`.
  public let commands: [String]
  /// Why the commands are only shown unless asked for, as they take long or need data; else nil.
  public let slow: String?
  /// Files that the commands read, to be written first.
  public let files: [File]
  public let question: LessonQuestion

  /// A file of a lesson: its name under `out/`, and what is in it.
  public struct File: Hashable, Sendable {
    public let name: String
    public let text: String
  }

  package init(
    _ id: String, _ title: String, origin: ExplanationHeader.Origin, says: String,
    files: [File] = [], commands: [String], slow: String? = nil, question: LessonQuestion
  ) {
    self.id = id
    self.title = title
    self.origin = origin
    self.says = says
    self.files = files
    self.commands = commands
    self.slow = slow
    self.question = question
  }

  /// As the lectures' inventory writes it: `002·08`.
  public var number: String { id.replacing(".", with: "·") }
}

/// A deck with its items in the order of its slides.
public struct LessonDeck: Sendable {
  /// `002`
  public let id: String
  public let title: String
  /// How it writes networks down.
  public let notation: String
  public let items: [LessonItem]
}
