import ApusDrawing
import Testing

struct ThemeTests {
  /// WCAG 2.2: text at least 4.5 : 1 (1.4.3), lines and areas that carry meaning 3 : 1 (1.4.11).
  @Test(arguments: [Theme.light, .dark]) func everythingStandsOut(theme: Theme) {
    for ink in [Ink.foreground, .muted] {
      #expect(theme.colour(of: ink).contrast(with: theme.background) >= 4.5, "\(ink)")
      #expect(theme.colour(of: ink).contrast(with: theme.panel) >= 4.5, "\(ink) on a panel")
    }
    for index in theme.series.indices {
      #expect(theme.series[index].contrast(with: theme.background) >= 3, "series \(index)")
    }
    for step in -20...20 {
      let ground = Ink.signed(Double(step) / 20)
      #expect(
        theme.colour(of: .contrast(ground)).contrast(with: theme.colour(of: ground)) >= 4,
        "a text on \(step)")
    }
  }

  @Test(arguments: [Theme.light, .dark]) func thereAreSevenColours(theme: Theme) {
    #expect(theme.series.count == 7)
    #expect(Set(theme.series).count == 7)
  }

  /// The two colours of signs stay apart for readers who lack one kind of cone: seen through the
  /// matrices of Viénot, Brettel and Mollon (1999).
  @Test(arguments: [Theme.light, .dark]) func signsAreToldApartWithoutRedOrGreen(theme: Theme) {
    func seen(_ colour: Colour) -> [Double] {
      let (r, g, b) = (Double(colour.red), Double(colour.green), Double(colour.blue))
      return [0.29 * r + 0.71 * g, b]
    }
    let (plus, minus) = (seen(theme.series[0]), seen(theme.series[1]))
    let distance = zip(plus, minus).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    #expect(distance > 80)
  }

  @Test func contrastIsThatOfTheStandard() {
    #expect(abs(Colour(0x000000).contrast(with: Colour(0xFFFFFF)) - 21) < 1e-9)
    #expect(abs(Colour(0x777777).contrast(with: Colour(0xFFFFFF)) - 4.48) < 0.01)
    #expect(Colour(0x0072B2).hexadecimal == "#0072b2")
  }

  @Test func aScaleHasItsZeroInTheMiddle() {
    #expect(Theme.light.colour(of: .signed(0)) == Theme.light.background)
    #expect(Theme.dark.colour(of: .signed(.nan)) == Theme.dark.background)
    #expect(Theme.light.colour(of: .signed(9)) == Theme.light.colour(of: .signed(1)))
  }
}
