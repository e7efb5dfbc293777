#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How much room text takes, without asking a font: layout must not depend on the machine.
///
/// The widths are those of DejaVu Sans, which the PNG and PDF writers use and the SVG names first;
/// Verdana has nearly the same and other sans-serif fonts are narrower.
public enum FontMetrics {
  /// The font of all text.
  public static let family = "DejaVu Sans"
  /// Shares of the font size. The tallest accents reach higher, which no label here has.
  public static let ascent = 0.78
  public static let descent = 0.24
  public static let capHeight = 0.73

  /// The width of a line of text in points.
  public static func width(
    of text: String, size: Double, weight: Label.Weight = .regular
  ) -> Double {
    var thousandths = 0.0
    for scalar in text.unicodeScalars { thousandths += width(of: scalar, weight) }
    return thousandths * size / 1000
  }

  private static func width(of scalar: Unicode.Scalar, _ weight: Label.Weight) -> Double {
    let code = Int(scalar.value)
    if (0x20...0x7E).contains(code) {
      return Double((weight == .bold ? FontWidths.boldASCII : FontWidths.ascii)[code - 0x20])
    }
    // Bold is a tenth wider on average.
    let factor = weight == .bold ? 1.1 : 1
    switch code {
    case 0x00A0...0x017F: return factor * Double(FontWidths.latin[code - 0xA0])
    case 0x0300...0x036F: return 0
    case 0x0370...0x03FF: return factor * Double(FontWidths.greek[code - 0x370])
    case 0x2010...0x205F: return factor * Double(FontWidths.punctuation[code - 0x2010])
    case 0x2070...0x209F: return factor * Double(FontWidths.scripts[code - 0x2070])
    // Arrows and the signs of mathematics that are not listed have one width.
    case 0x2190...0x22FF: return Double(FontWidths.signs[scalar] ?? 838) * factor
    default: return Double(FontWidths.signs[scalar] ?? 1000)
    }
  }

  /// The text itself, or as much of it as fits, with an ellipsis.
  public static func fitted(
    _ text: String, width limit: Double, size: Double, weight: Label.Weight = .regular
  ) -> String {
    guard width(of: text, size: size, weight: weight) > limit else { return text }
    var cut = text
    while !cut.isEmpty, width(of: cut + "…", size: size, weight: weight) > limit {
      cut.removeLast()
    }
    return cut.isEmpty ? "" : cut + "…"
  }

  /// The text in lines that fit, broken between words; a longer word is cut with an ellipsis.
  public static func wrapped(
    _ text: String, width limit: Double, size: Double, weight: Label.Weight = .regular
  ) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n") {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if !line.isEmpty, width(of: longer, size: size, weight: weight) > limit {
          lines.append(line)
          line = String(word)
        } else {
          line = longer
        }
        line = fitted(line, width: limit, size: size, weight: weight)
      }
      if !line.isEmpty { lines.append(line) }
    }
    return lines
  }

  /// Exact for right angles, so that upright boxes stay upright.
  static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    switch degrees {
    case 0: (0, 1)
    case 90: (1, 0)
    case -90: (-1, 0)
    default: (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    }
  }
}
