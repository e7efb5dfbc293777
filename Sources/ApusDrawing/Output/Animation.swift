internal import ApusFormats

/// Pictures of one size that follow each other, as one SVG file that needs no other.
///
/// ```swift
/// try Animation(figures.map(\\.picture)).write(to: "course.svg")
/// ```
public struct Animation: Hashable, Sendable {
  public let frames: [Picture]
  /// How long each frame is seen.
  public let secondsOfFrame: Double

  /// - Parameter secondsOfFrame: nil so that all of them take about ten seconds.
  public init(_ frames: [Picture], secondsOfFrame: Double? = nil) {
    self.frames = frames
    let usual = min(max(10 / Double(max(frames.count, 1)), 0.1), 0.7)
    self.secondsOfFrame = (max(secondsOfFrame ?? usual, 0.02) * 100).rounded() / 100
  }

  /// How much longer the last frame stays.
  var secondsOfRest: Double { 2 }
  var seconds: Double { secondsOfFrame * Double(frames.count) + secondsOfRest }

  /// Of the largest frame.
  public var size: Size {
    Size(frames.map(\.size.width).max() ?? 1, frames.map(\.size.height).max() ?? 1)
  }

  public func svg(theme: ThemeChoice = .auto) -> String { SVGWriter.text(of: self, theme) }

  /// - Throws: ``DrawingError`` for a path that is not of an SVG file.
  public func write(
    to path: String, theme: ThemeChoice = .auto, overwriting: Bool = false
  ) throws {
    guard try PictureFormat(path: path) == .svg else { throw DrawingError.noAnimation(path: path) }
    try File.write(
      text: svg(theme: theme), to: path, overwriting: overwriting, survival: .ofKill)
  }
}
