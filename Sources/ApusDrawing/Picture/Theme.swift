/// Which colours inks have.
public struct Theme: Hashable, Sendable {
  public let name: String
  public let background: Colour
  public let foreground: Colour
  public let muted: Colour
  public let grid: Colour
  public let panel: Colour
  /// Seven colours that readers with any common colour vision tell apart, after Okabe and Ito,
  /// "Color Universal Design" (2008): blue, vermillion, bluish green, reddish purple, sky blue,
  /// orange, and a grey in place of black. Some are darkened or lightened until they stand out from
  /// the paper at 3 : 1 or more (WCAG 2.2, 1.4.11).
  public let series: [Colour]
  /// The middle and the ends of the scale of signed numbers.
  let zero: Colour
  let mostPositive: Colour
  let mostNegative: Colour

  public static let light = Theme(
    name: "light", background: Colour(0xFFFFFF), foreground: Colour(0x1B1F24),
    muted: Colour(0x59636E), grid: Colour(0xE3E7EB), panel: Colour(0xF3F5F7),
    series: [0x0072B2, 0xD55E00, 0x008A65, 0xB5578E, 0x3391C9, 0xAD7A00, 0x6B747D].map {
      Colour($0)
    },
    zero: Colour(0xFFFFFF), mostPositive: Colour(0x00497A), mostNegative: Colour(0xA34100))

  public static let dark = Theme(
    name: "dark", background: Colour(0x14181D), foreground: Colour(0xECEFF2),
    muted: Colour(0xA5AFB9), grid: Colour(0x2C333B), panel: Colour(0x1F252C),
    series: [0x4BA8E0, 0xF07F2E, 0x2FBF94, 0xD987B8, 0x86CDF5, 0xE6B030, 0x98A2AC].map {
      Colour($0)
    },
    zero: Colour(0x14181D), mostPositive: Colour(0x8CD0FA), mostNegative: Colour(0xFFB27A))

  /// The colour of an ink.
  public func colour(of ink: Ink) -> Colour {
    switch ink {
    case .background: background
    case .foreground: foreground
    case .muted: muted
    case .grid: grid
    case .panel: panel
    case .series(let index): series[((index % series.count) + series.count) % series.count]
    case .signed(let value): signed(value)
    case .ramp(let value): background.mixed(with: series[0], 0.04 + 0.96 * Self.share(value))
    case .grey(let value): Colour(0x000000).mixed(with: Colour(0xFFFFFF), Self.share(value))
    case .fixed(let colour): colour
    case .tint(let ink, let share): background.mixed(with: colour(of: ink), share)
    case .faded(let ink, let opacity): faded(colour(of: ink), opacity)
    case .contrast(let ink): mostReadable(on: colour(of: ink))
    }
  }

  /// In 254 steps, so that an image of a scale needs no more colours than a palette holds.
  private func signed(_ value: Double) -> Colour {
    let share = (Self.share(value.magnitude) * 127).rounded() / 127
    let (middle, end) =
      value < 0 ? (series[1], mostNegative) : (series[0], mostPositive)
    // Through the series' own colour half way, so that middling values are seen as well.
    return share < 0.5
      ? zero.mixed(with: middle, 2 * share) : middle.mixed(with: end, 2 * share - 1)
  }

  private func faded(_ colour: Colour, _ opacity: Double) -> Colour {
    var colour = colour
    colour.opacity *= Self.share(opacity)
    return colour
  }

  private func mostReadable(on colour: Colour) -> Colour {
    let (black, white) = (Colour(0x000000), Colour(0xFFFFFF))
    return black.contrast(with: colour) >= white.contrast(with: colour) ? black : white
  }

  private static func share(_ value: Double) -> Double {
    value.isNaN ? 0 : min(max(value, 0), 1)
  }
}

/// Which theme a file is written in.
public enum ThemeChoice: String, CaseIterable, Hashable, Sendable {
  /// SVG that follows the reader's setting (`prefers-color-scheme`); elsewhere light.
  case auto
  case light
  case dark

  /// The theme of formats that have only one.
  public var theme: Theme { self == .dark ? .dark : .light }
}
