internal import Apus
internal import ApusDrawing

/// Figures that follow each other: one SVG that moves, or a file for each.
extension FigureOptions {
  /// What can be seen before any work is done.
  func checkFrames(_ parsed: ParsedArguments, separately: Bool) throws {
    guard let path = path(parsed) else {
      if separately { throw UsageError.conflict("--frames makes files: give --output NAME.svg") }
      return try check(parsed)
    }
    // The name itself is no file then; those of the frames are looked at when they are written.
    guard !separately else { return try check(parsed, ofFile: Self.name(of: path, frame: 1)) }
    guard try PictureFormat(path: path) == .svg else { throw DrawingError.noAnimation(path: path) }
    try check(parsed)
  }

  /// - Parameter summary: what is told besides, or shown where there are no files.
  func show(
    _ frames: [Figure], summary: Figure, separately: Bool, _ parsed: ParsedArguments,
    _ session: Session
  ) throws {
    if let path = path(parsed) {
      if separately {
        for (index, frame) in frames.enumerated() {
          try write(frame.picture, to: Self.name(of: path, frame: index + 1), parsed)
        }
        session.messages.print(
          "pictures: \(Self.name(of: path, frame: 1)) to "
            + Self.name(of: path, frame: frames.count))
      } else {
        let animation = Animation(frames.map(\.picture))
        try animation.write(to: path, theme: theme(parsed), overwriting: overwrites(parsed))
        session.messages.print("picture: \(path), \(frames.count) frames")
      }
    }
    try tell(summary, parsed, session)
  }

  /// `boundary-007.svg`
  private static func name(of path: String, frame: Int) -> String {
    let dot = path.lastIndex(of: ".") ?? path.endIndex
    let digits = String(frame)
    let zeros = String(repeating: "0", count: max(3 - digits.count, 0))
    return path[..<dot] + "-" + zeros + digits + path[dot...]
  }
}
