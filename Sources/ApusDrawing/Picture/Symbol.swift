#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A sign for a row of data. Classes differ in sign as well as in colour.
public enum Symbol: String, CaseIterable, Hashable, Sendable {
  case disc, square, triangle, diamond, cross, plus, ring

  /// The sign of a class, counted from 0.
  public static func of(class index: Int) -> Symbol {
    allCases[((index % allCases.count) + allCases.count) % allCases.count]
  }

  var character: Character {
    switch self {
    case .disc: "●"
    case .square: "■"
    case .triangle: "▲"
    case .diamond: "◆"
    case .cross: "×"
    case .plus: "+"
    case .ring: "○"
    }
  }

  /// The outline around a point; nil for circles.
  private func path(at c: Point, radius r: Double) -> Path? {
    func polygon(_ corners: [(Double, Double)]) -> Path {
      Path(lines: corners.map { Point(c.x + r * $0.0, c.y + r * $0.1) }, isClosed: true)
    }
    switch self {
    case .disc, .ring: return nil
    case .square: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return polygon([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case .cross:
      return Path([
        .move(c + Point(-r, -r)), .line(c + Point(r, r)), .move(c + Point(-r, r)),
        .line(c + Point(r, -r)),
      ])
    case .plus:
      return Path([
        .move(c + Point(-1.2 * r, 0)), .line(c + Point(1.2 * r, 0)), .move(c + Point(0, -1.2 * r)),
        .line(c + Point(0, 1.2 * r)),
      ])
    }
  }

  /// The sign made of a path or a circle, for writers that draw.
  func mark(at point: Point, radius: Double, fill: Ink?, stroke: Stroke?) -> Mark {
    guard let path = path(at: point, radius: radius) else {
      let isOpen = self == .ring
      return .circle(
        centre: point, radius: radius, fill: isOpen ? nil : fill,
        stroke: isOpen ? fill.map { Stroke($0, width: 1.6) } ?? stroke : stroke)
    }
    // Signs of lines have no inside to fill.
    let isOpen = self == .cross || self == .plus
    return .path(
      path, fill: isOpen ? nil : fill,
      stroke: isOpen ? fill.map { Stroke($0, width: 1.8) } ?? stroke : stroke)
  }
}
