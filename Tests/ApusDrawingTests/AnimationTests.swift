import ApusDrawing
import ApusFormats
import Testing

struct AnimationTests {
  private func frame(_ number: Int) -> Picture {
    let rows = (0..<40).map {
      Mark.symbol(.disc, at: Point(Double($0 * 5), 20), radius: 2, fill: .series(0))
    }
    return Picture(
      size: Size(220, 40 + Double(number)), title: "Frame \(number)", description: "\(number)",
      marks: [
        .group(Group([.group(Group(rows))], clip: Rect(0, 0, 220, 30))),
        .text(Label("frame \(number)", at: Point(5, 35), size: 10)),
      ])
  }

  @Test func framesFollowEachOther() throws {
    let animation = Animation((0..<5).map(frame), secondsOfFrame: 0.5)
    #expect(animation.size == Size(220, 44))
    for theme in ThemeChoice.allCases {
      let svg = animation.svg(theme: theme)
      try XMLCheck.check(svg)
      #expect(svg == animation.svg(theme: theme))
      #expect(svg.matches(of: #/<g class="frame/#).count == 5)
      // One frame is seen where nothing moves: the last.
      #expect(svg.matches(of: #/visibility="hidden"/#).count == 4)
      #expect(svg.contains("<title>Frame 4</title>") && svg.contains("prefers-reduced-motion"))
      #expect(svg.matches(of: #/animation-delay:-/#).count == 5)
      // Rows that stay where they are stand in the file once.
      #expect(svg.matches(of: #/<circle/#).count == 40)
      #expect(svg.matches(of: #/<use /#).count == 4)
      #expect(!svg.contains("http://www.w3.org/1999/xlink") && !svg.contains("<script"))
    }
  }

  @Test func oneFrameStandsStill() throws {
    let svg = Animation([frame(0)]).svg()
    try XMLCheck.check(svg)
    #expect(!svg.contains("@keyframes") && !svg.contains("visibility=\"hidden\""))
  }

  @Test func onlySVGMoves() throws {
    try inTemporaryFolder { folder in
      let animation = Animation([frame(0), frame(1)])
      #expect(throws: DrawingError.noAnimation(path: folder + "/a.png")) {
        try animation.write(to: folder + "/a.png")
      }
      try animation.write(to: folder + "/a.svg")
      #expect(try File.read(folder + "/a.svg") == Array(animation.svg().utf8))
    }
  }
}
