import ApusDrawing
import ApusFormats
import Glibc
import Testing

/// A new folder, removed with all that is in it after `body`.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
  let folder = String(cString: try #require(mkdtemp(&template)))
  defer {
    for name in (try? File.list(folder)) ?? [] { remove(folder + "/" + name) }
    rmdir(folder)
  }
  try body(folder)
}

/// A picture with one of everything.
let sampler = Picture(
  size: Size(320, 200), title: "A <sampler> & more", description: "One mark of each kind.",
  marks: [
    .rectangle(Rect(10, 10, 100, 60), radius: 8, fill: .panel, stroke: Stroke(.foreground)),
    .circle(centre: Point(160, 40), radius: 20, fill: .faded(.series(1), 0.5)),
    .polyline(
      [Point(10, 90), Point(60, 110), Point(110, 90)], Stroke(.series(2), dashes: [4, 3])),
    .path(
      Path([.move(Point(130, 90)), .curve(Point(150, 60), Point(180, 130), to: Point(200, 90))]),
      stroke: Stroke(.series(0), width: 2)),
    .polygon([Point(220, 20), Point(250, 20), Point(235, 50)], fill: .series(3)),
    .group(
      Group(
        [.circle(centre: Point(270, 40), radius: 30, stroke: Stroke(.muted))],
        clip: Rect(260, 10, 40, 40), tooltip: "clipped")),
    .cells(
      Cells(
        in: Rect(220, 80, 80, 40), columns: 4, rows: 2,
        inks: [-1, -0.5, 0, 0.5, 1, 0.25, -0.25, 0].map { .signed($0) })),
    .text(Label("σ′(z) ≤ ¼", at: Point(20, 40), weight: .bold)),
    .text(Label("turned", at: Point(310, 180), rotation: -90, ink: .muted)),
    .text(Label("middle", at: Point(160, 160), anchor: .middle, alignment: .middle)),
  ])
