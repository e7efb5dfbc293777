import ApusDrawing
import Testing

/// The checker that all charts are held against must itself find mistakes.
struct LayoutCheckTests {
  private func mistakes(_ labels: Label...) -> [String] {
    Picture(
      size: Size(100, 60), title: "", description: "",
      marks: [.group(Group(labels.map { .text($0) }))]
    ).layoutMistakes
  }

  @Test func overlapsAndEscapesAreFound() {
    #expect(mistakes(Label("one", at: Point(10, 20)), Label("two", at: Point(10, 40))).isEmpty)
    #expect(mistakes(Label("one", at: Point(10, 20)), Label("two", at: Point(20, 22))).count == 1)
    #expect(mistakes(Label("outside", at: Point(80, 20))).count == 1)
    #expect(mistakes(Label("outside", at: Point(95, 20), anchor: .end)).isEmpty)
    #expect(mistakes(Label("top", at: Point(10, 4))).count == 1)
  }

  @Test func turnedTextsHaveTurnedBoxes() {
    let box = Label("turned", at: Point(50, 50), rotation: -90).box
    #expect(box.height > box.width)
    #expect(mistakes(Label("long text", at: Point(50, 58), rotation: -90)).isEmpty)
    #expect(mistakes(Label("long text", at: Point(50, 30), rotation: -90)).count == 1)
  }

  @Test func theSamplerIsLaidOutWell() { #expect(sampler.layoutMistakes == []) }
}
