/// A tensor as a small image: blue above 0, orange below, the paper 0, on a scale of its own.
public struct HeatMap: Hashable, Sendable {
  public let columns: Int
  public let rows: Int
  /// From −1 to 1, row by row; NaN where the number was no number.
  public let shares: [Double]

  private static let room = Size(96, 56)
  private static let largestCell = 8.0
  private static let mostColumns = 64
  private static let mostRows = 32

  /// Axes of one place are dropped. A long vector that makes a square becomes one, as the pixels of
  /// an image do; axes but the last are one below the other. Of a tensor with more places than cells,
  /// a cell shows the number furthest from 0 of those that it stands for.
  ///
  /// - Returns: nil for less than two numbers, or numbers that do not fill the shape.
  public init?(_ values: [Double], shape: [Int]) {
    let axes = shape.filter { $0 != 1 }
    let count = values.count
    guard count > 1, let last = axes.last, last > 0, count.isMultiple(of: last),
      shape.allSatisfy({ $0 > 0 })
    else { return nil }
    var (columns, rows) = (last, count / last)
    let side = Int(Double(count).squareRoot().rounded())
    if rows == 1, count >= 64, side * side == count { (columns, rows) = (side, side) }
    let most = (
      columns: min(columns, Self.mostColumns),
      rows: min(rows, rows == columns ? Self.mostColumns : Self.mostRows)
    )
    var cells = [Double](repeating: 0, count: most.columns * most.rows)
    for (index, value) in values.enumerated() {
      let row = index / columns * most.rows / rows
      let cell = row * most.columns + index % columns * most.columns / columns
      if value.isNaN || value.magnitude > cells[cell].magnitude { cells[cell] = value }
    }
    let largest = values.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
    (self.columns, self.rows) = most
    shares = cells.map { value in
      value.isNaN ? .nan : largest == 0 ? 0 : min(max(value / largest, -1), 1)
    }
  }

  var size: Size {
    let cell = Size(
      min(Self.room.width / Double(columns), Self.largestCell),
      min(Self.room.height / Double(rows), Self.largestCell))
    // Images keep their proportions.
    let side = min(cell.width, cell.height)
    let isImage = columns == rows
    return Size(
      Double(columns) * (isImage ? side : cell.width),
      Double(rows) * (isImage ? side : cell.height))
  }

  /// The cells with a thin frame.
  func marks(at corner: Point) -> [Mark] {
    let frame = Rect(corner.x, corner.y, size.width, size.height)
    let inks = shares.map { $0.isNaN ? Ink.foreground : .signed($0) }
    return [
      .cells(Cells(in: frame, columns: columns, rows: rows, inks: inks)),
      .rectangle(frame, stroke: Stroke(.muted, width: 0.6)),
    ]
  }
}
