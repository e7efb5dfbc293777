/// What a mark is painted with, by its meaning. A ``Theme`` says which colour that is, so that one
/// picture can be light or dark.
public indirect enum Ink: Hashable, Sendable {
  /// The paper.
  case background
  /// Text, axes, outlines.
  case foreground
  /// Text and lines of less weight; still readable.
  case muted
  /// Lines that guide the eye.
  case grid
  /// A surface set off from the paper: boxes of a diagram.
  case panel
  /// One of the colours that tell things apart, counted from 0; they repeat after ``Theme/series``.
  case series(Int)
  /// A value from −1 (orange) over 0 (the paper's brightness) to 1 (blue).
  case signed(Double)
  /// A value from 0 (near the paper) to 1 (strong blue).
  case ramp(Double)
  /// A grey value from 0 (black) to 1 (white), the same in every theme: images.
  case grey(Double)
  /// A colour that is the same in every theme.
  case fixed(Colour)
  /// `share` of the way from the paper to an ink, opaque: pale fills.
  case tint(Ink, Double)
  /// An ink with an opacity, through which lower marks are seen.
  case faded(Ink, Double)
  /// Black or white, whichever stands out more from an ink.
  case contrast(Ink)

  /// Positive numbers.
  public static let positive = Ink.series(0)
  /// Negative numbers. Never by colour alone: give the mark a sign or a dash as well.
  public static let negative = Ink.series(1)
}
