import ApusExplain
import ApusFormats
import Testing

/// Questions with their answers, and the ways in.
struct LessonTests {
  @Test(arguments: Lessons.items.map(\.id))
  func rightAndWrongAnswers(id: String) throws {
    let question = try Lessons.item(id).question
    let answer = try question.answer()
    #expect(question.choices.isEmpty || question.choices.contains(answer))
    let right = try question.mark(answer)
    #expect(right.isRight && right.comment.hasPrefix("right: "))
    for mistake in question.mistakes {
      let mark = try question.mark(try mistake.answer())
      #expect(!mark.isRight, "\(mistake.name)")
      #expect(mark.comment.hasSuffix(mistake.name), "\(mark.comment)")
    }
    guard question.choices.isEmpty else { return }
    #expect(throws: LessonError.self) { try question.mark("nan") }
    #expect(throws: LessonError.self) { try question.mark("a word") }
    #expect(try !question.mark("123456.789").isRight)
    // Typed as people round.
    let value = try #require(Double(answer))
    if question.tolerance > 0 {
      #expect(try question.mark("\(value * (1 + question.tolerance / 2))").isRight)
      #expect(try !question.mark("\(value * (1 + question.tolerance * 4) + 1e-6)").isRight)
    } else {
      #expect(try !question.mark("\(value + 1e-6)").isRight)
    }
  }

  /// Fixed numbers of the lectures, so that a change of the code behind the questions is seen.
  @Test(arguments: [
    ("000.04", "24"), ("000.14", "4"), ("002.08", "2.6"), ("002.09", "3"), ("002.10", "40"),
    ("001.09", "13525"), ("003.04", "13"), ("003.21", "110"), ("004.04", "-0.07324416"),
    ("004.12", "0.086992"), ("004.14", "-0.158286"), ("004.12b", "0.208622"), ("004·12", "0.087"),
  ])
  func knownAnswers(id: String, answer: String) throws {
    #expect(try Lessons.item(id).question.mark(answer).isRight)
  }

  @Test func idsAreInOrderAndUnique() {
    for deck in Lessons.decks {
      #expect(deck.items.allSatisfy { $0.id.hasPrefix(deck.id + ".") })
    }
    #expect(Set(Lessons.items.map(\.id)).count == Lessons.items.count)
  }

  @Test func unknownItems() {
    #expect(throws: LessonError.self) { try Lessons.item("002.8") }
    do throws(LessonError) {
      _ = try Lessons.item("002.80")
      Issue.record("there is no such lesson")
    } catch {
      #expect(error.description.contains("Did you mean \"002.0"))
      #expect(error.description.contains("002.19"))
    }
  }

  @Test func jsonTellsNoAnswer() throws {
    let item = try Lessons.item("002.08")
    let json = try JSON(parsing: item.json(outputs: ["a", "b"]).text())
    #expect(json["item"]?.stringValue == "002.08")
    #expect(json["commands"]?.elements?.map { $0["output"]?.stringValue } == ["a", "b"])
    #expect(json["answer"] == nil)
    #expect(item.text(outputs: nil).contains("$ apus explain --preset deck002.neuron"))
    #expect(Lessons.listJSON().elements?.count == 5)
  }
}
