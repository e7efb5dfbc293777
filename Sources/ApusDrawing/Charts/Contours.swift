/// Lines of equal value on a grid of numbers, by marching squares (Lorensen and Cline, "Marching
/// cubes", 1987, in the plane), with the ends of neighbouring pieces joined.
public enum Contours {
  /// - Parameters:
  ///   - values: row by row; row 0 lies at `y.lowerBound`, column 0 at `x.lowerBound`.
  /// - Returns: points with a point that is not finite between two lines.
  public static func lines(
    of values: [Double], columns: Int, rows: Int, level: Double, x: ClosedRange<Double>,
    y: ClosedRange<Double>
  ) -> [Point] {
    guard columns > 1, rows > 1, values.count == columns * rows else { return [] }
    let grid = Grid(values: values, columns: columns, level: level)
    var pieces: [Edge: [Edge]] = [:]
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        for (a, b) in grid.pieces(column, row) {
          pieces[a, default: []].append(b)
          pieces[b, default: []].append(a)
        }
      }
    }
    func place(_ edge: Edge) -> Point {
      let point = grid.crossing(edge)
      return Point(
        x.lowerBound + point.x / Double(columns - 1) * (x.upperBound - x.lowerBound),
        y.lowerBound + point.y / Double(rows - 1) * (y.upperBound - y.lowerBound))
    }
    var points: [Point] = []
    for chain in chains(&pieces) {
      if !points.isEmpty { points.append(Point(.nan, .nan)) }
      points += chain.map(place)
    }
    return points
  }

  /// A side of a square: from a corner to the right or upwards.
  private struct Edge: Hashable, Comparable {
    let column: Int
    let row: Int
    let isUpright: Bool

    static func < (a: Edge, b: Edge) -> Bool {
      (a.row, a.column, a.isUpright ? 1 : 0) < (b.row, b.column, b.isUpright ? 1 : 0)
    }
  }

  private struct Grid {
    let values: [Double]
    let columns: Int
    let level: Double

    func value(_ column: Int, _ row: Int) -> Double { values[row * columns + column] }

    /// The lines through one square; none where a corner is no number.
    func pieces(_ c: Int, _ r: Int) -> [(Edge, Edge)] {
      let corners = [value(c, r), value(c + 1, r), value(c + 1, r + 1), value(c, r + 1)]
      guard corners.allSatisfy(\.isFinite) else { return [] }
      let bottom = Edge(column: c, row: r, isUpright: false)
      let top = Edge(column: c, row: r + 1, isUpright: false)
      let left = Edge(column: c, row: r, isUpright: true)
      let right = Edge(column: c + 1, row: r, isUpright: true)
      let sides = [bottom, right, top, left]
      let isAbove = corners.map { $0 > level }
      let crossed = sides.indices.filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
      switch crossed.count {
      case 2: return [(sides[crossed[0]], sides[crossed[1]])]
      case 4:
        // A saddle: the middle says which corners belong together.
        let isMiddleAbove = corners.reduce(0, +) / 4 > level
        return isMiddleAbove == isAbove[0]
          ? [(bottom, right), (top, left)] : [(bottom, left), (top, right)]
      default: return []
      }
    }

    func crossing(_ edge: Edge) -> Point {
      let (dc, dr) = edge.isUpright ? (0, 1) : (1, 0)
      let from = value(edge.column, edge.row)
      let to = value(edge.column + dc, edge.row + dr)
      let share = to == from ? 0.5 : (level - from) / (to - from)
      return Point(Double(edge.column) + share * Double(dc), Double(edge.row) + share * Double(dr))
    }
  }

  /// Walks from end to end, open lines first; the order depends on the places alone.
  private static func chains(_ pieces: inout [Edge: [Edge]]) -> [[Edge]] {
    var chains: [[Edge]] = []
    let ends = pieces.filter { $0.value.count == 1 }.map(\.key).sorted()
    for start in ends + pieces.keys.sorted() {
      var chain = [start]
      while let last = chain.last, let next = pieces[last]?.min() {
        pieces[last]?.removeAll { $0 == next }
        pieces[next]?.removeAll { $0 == last }
        chain.append(next)
      }
      if chain.count > 1 { chains.append(chain) }
    }
    return chains
  }
}
