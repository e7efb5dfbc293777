internal import ApusExplain
internal import ApusFormats
internal import Synchronization

/// Runs the commands of a lesson in this process, as if they had been typed.
///
/// Files that a command makes would lie around in the reader's folder and be in the way of the next
/// run, so `out/` is a folder of its own here, which goes away afterwards.
struct LessonRun {
  let session: Session

  /// What each command printed.
  func outputs(of item: LessonItem) throws -> [String] {
    let needsFolder = item.commands.contains { $0.contains("out/") }
    let folder = needsFolder ? try TemporaryFolder() : nil
    defer { folder?.remove() }
    for file in item.files {
      if let folder {
        try File.write(
          Array(file.text.utf8), to: file.name.replacing("out/", with: folder.path + "/"))
      }
    }
    return try item.commands.map { try output(of: $0, folder: folder?.path) }
  }

  private func output(of command: String, folder: String?) throws -> String {
    let words = Self.words(of: command).map { word in
      folder.map { word.replacing("out/", with: $0 + "/") } ?? word
    }
    let text = CollectedText()
    let inner = Session(output: Output(into: text), messages: session.messages)
    var name: String?
    try Application(session: inner).dispatch(words, naming: &name)
    return folder.map { text.value.replacing($0 + "/", with: "out/") } ?? text.value
  }

  /// The words of a line as a shell splits them; only double quotes are known.
  static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character == " ", !isQuoted {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}

/// A text that grows.
package final class CollectedText: Sendable {
  private let text = Mutex("")

  package init() {}

  package var value: String { text.withLock { $0 } }

  func append(_ more: String) { text.withLock { $0 += more } }
}
