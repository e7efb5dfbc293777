#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A picture in characters: lines are dots of braille (Unicode 2800–28FF, two columns and four rows
/// in each character), texts are texts, heat maps are blocks of colour, or of shade without colour.
struct TerminalCanvas {
  /// Nobody's terminal is larger, and a picture of any size stays small.
  private static let mostColumns = 400
  private static let mostRows = 2_000

  private struct Character {
    /// Bits in the order of the braille block.
    var dots: UInt8 = 0
    var ink: Colour?
    var text: Swift.Character?
    /// Of a heat map: the upper and the lower half.
    var halves: (Colour, Colour)?
    var shade: Swift.Character?
  }

  private let theme: Theme
  private let isColoured: Bool
  private let columns: Int
  private let rows: Int
  /// Points to a character; one is twice as high as wide.
  private let unit: Double
  private let paper: Rect
  private var characters: [Character]
  private var clip: Rect

  init(_ picture: Picture, columns: Int, _ theme: Theme, isColoured: Bool) {
    self.theme = theme
    self.isColoured = isColoured
    self.columns = min(max(columns, 20), Self.mostColumns)
    let (width, height) = (picture.size.width, picture.size.height)
    unit = width.isFinite && width > 0 ? width / Double(self.columns) : 8
    let needed = height.isFinite ? (height / (2 * unit)).rounded(.up) : 1
    rows = Int(min(max(needed, 1), Double(Self.mostRows)))
    paper = Rect(picture.size)
    clip = paper
    characters = Array(repeating: Character(), count: self.columns * rows)
  }

  mutating func draw(_ mark: Mark) {
    switch mark {
    case .path(let path, let fill, let stroke):
      draw(path.polylines, isClosed: path.elements.contains(.close), fill, stroke)
    case .circle(let centre, let radius, let fill, let stroke):
      let points = (0...24).map { step -> Point in
        let angle = Double(step) / 12 * .pi
        return Point(centre.x + radius * cos(angle), centre.y + radius * sin(angle))
      }
      // A point smaller than a dot is seen all the same.
      if fill != nil, isSeen(fill) { dot(centre, fill) }
      draw([points], isClosed: true, fill, stroke)
    case .rectangle(let rect, _, let fill, let stroke):
      draw(Path(rect).polylines, isClosed: true, fill, stroke)
    case .symbol(let symbol, let point, _, let fill, let stroke):
      draw(symbol, point, fill ?? stroke?.ink ?? .foreground)
    case .text(let label): draw(label)
    case .cells(let cells): draw(cells)
    case .group(let group):
      let outer = clip
      if let inner = group.clip { clip = outer.intersection(inner) }
      for mark in group.marks { draw(mark) }
      clip = outer
    }
  }

  /// Guides and papers would only hide what matters.
  private func isSeen(_ ink: Ink?) -> Bool {
    guard let ink, ink != .grid else { return false }
    let colour = theme.colour(of: ink)
    return colour.opacity >= 0.35 && colour.contrast(with: theme.background) >= 1.8
  }

  // MARK: Dots

  private mutating func dot(_ point: Point, _ ink: Ink?) {
    guard point.isFinite, clip.contains(point) else { return }
    let (x, y) = (Int(point.x / unit * 2), Int(point.y / unit * 2))
    let (column, row) = (x / 2, y / 4)
    guard x >= 0, y >= 0, column < columns, row < rows else { return }
    // Of a braille character the first three rows are numbered by columns, the fourth was added.
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    let index = row * columns + column
    characters[index].dots |= bits[y % 4][x % 2]
    characters[index].ink = ink.flatMap(colour(of:))
  }

  /// Nil for the terminal's own text colour, which is known to stand out.
  private func colour(of ink: Ink) -> Colour? {
    switch ink {
    case .foreground, .background, .contrast: nil
    default: theme.colour(of: ink)
    }
  }

  private mutating func draw(
    _ pieces: [[Point]], isClosed: Bool, _ fill: Ink?, _ stroke: Stroke?
  ) {
    if isSeen(fill), let fill { self.fill(pieces, fill) }
    guard let stroke, isSeen(stroke.ink) else { return }
    for piece in pieces {
      var walked = 0.0
      if piece.count == 1 { dot(piece[0], stroke.ink) }
      for (from, to) in zip(piece, piece.dropFirst()) {
        line(from, to, stroke, &walked)
      }
    }
  }

  private mutating func line(
    _ from: Point, _ to: Point, _ stroke: Stroke, _ walked: inout Double
  ) {
    guard from.isFinite, to.isFinite, let (from, to) = paper.cut(from, to) else { return }
    let length = (to - from).length
    let steps = max(Int((length / unit * 2.5).rounded(.up)), 1)
    let period = stroke.dashes.reduce(0, +)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let place = walked + share * length
      // Dashes shorter than a character would be seen as noise.
      let isGap =
        period > 0 && place.truncatingRemainder(dividingBy: 4 * unit) > 2.5 * unit
      if !isGap { dot(from + share * (to - from), stroke.ink) }
    }
    walked += length
  }

  /// Every dot inside, by the even-odd rule along each row of dots.
  private mutating func fill(_ pieces: [[Point]], _ ink: Ink) {
    let points = pieces.joined().filter(\.isFinite)
    guard let top = points.map(\.y).min(), let bottom = points.map(\.y).max() else { return }
    let pitch = unit / 2
    let first = Int((max(top, 0) / pitch).rounded(.down))
    let last = Int((min(bottom, paper.bottom) / pitch).rounded(.up))
    guard first <= last else { return }
    for row in first...last {
      let y = (Double(row) + 0.5) * pitch
      var crossings: [Double] = []
      for piece in pieces {
        for (a, b) in zip(piece, piece.dropFirst() + piece.prefix(1)) where (a.y <= y) != (b.y <= y)
        {
          crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
        }
      }
      crossings.sort()
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        var x = max((crossings[pair] / pitch).rounded(.down), 0) * pitch + pitch / 2
        while x <= min(crossings[pair + 1], paper.right) {
          if x >= crossings[pair] { dot(Point(x, y), ink) }
          x += pitch
        }
      }
    }
  }

  // MARK: Texts

  private mutating func draw(_ label: Label) {
    guard label.point.isFinite else { return }
    let letters = Array(label.text)
    let isVertical = label.rotation.magnitude > 60
    let middle = label.box.centre
    let row = Int(min(max(middle.y / (2 * unit), 0), Double(rows - 1)))
    let span = isVertical ? 1 : letters.count
    let start =
      switch label.anchor {
      case .start: label.point.x / unit
      case .middle: middle.x / unit - Double(span) / 2
      case .end: label.point.x / unit - Double(span)
      }
    let column = Int(min(max(start.rounded(), 0), Double(max(columns - span, 0))))
    let first = isVertical ? max(row - letters.count / 2, 0) : row
    let places = letters.indices.map { index in
      isVertical
        ? (first + index) * columns + column
        : row * columns + column + index
    }
    guard places.allSatisfy({ $0 < characters.count }), column + span <= columns || isVertical
    else { return }
    // A text that would cover or touch another is left out: characters are wider than print.
    let around = isVertical ? places : [places.first.map { $0 - 1 } ?? -1] + places
    let isFree = around.allSatisfy {
      !characters.indices.contains($0) || ($0 / columns != row && !isVertical)
        || characters[$0].text == nil
    }
    guard isFree else { return }
    for (place, letter) in zip(places, letters) {
      characters[place].text = letter
      characters[place].ink = colour(of: label.ink)
    }
  }

  private mutating func draw(_ symbol: Symbol, _ point: Point, _ ink: Ink) {
    guard point.isFinite, clip.contains(point) else { return }
    let (column, row) = (Int(point.x / unit), Int(point.y / (2 * unit)))
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    let index = row * columns + column
    characters[index].text = symbol.character
    characters[index].ink = theme.colour(of: ink)
  }

  // MARK: Heat maps

  private mutating func draw(_ cells: Cells) {
    guard cells.columns > 0, cells.rows > 0 else { return }
    let frame = clip.intersection(cells.frame)
    func ink(_ x: Double, _ y: Double) -> Ink {
      let column = (x - cells.frame.x) / cells.frame.width * Double(cells.columns)
      let row = (y - cells.frame.y) / cells.frame.height * Double(cells.rows)
      let c = min(max(Int(column), 0), cells.columns - 1)
      return cells.inks[min(max(Int(row), 0), cells.rows - 1) * cells.columns + c]
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (Double(column) + 0.5) * unit
        let y = (Double(row) + 0.5) * 2 * unit
        guard frame.contains(Point(x, y)) else { continue }
        let index = row * columns + column
        characters[index].dots = 0
        if isColoured {
          characters[index].halves = (
            theme.colour(of: ink(x, y - unit / 2)), theme.colour(of: ink(x, y + unit / 2))
          )
        } else {
          characters[index].shade = Self.shade(of: ink(x, y), theme)
        }
      }
    }
  }

  /// How far an ink is from the paper, in five steps; negative numbers have signs of their own.
  private static func shade(of ink: Ink, _ theme: Theme) -> Swift.Character {
    let strength: Double
    var steps: [Swift.Character] = [" ", "░", "▒", "▓", "█"]
    switch ink {
    case .signed(let value):
      strength = value.magnitude
      if value < 0 { steps = [" ", "·", "-", "=", "#"] }
    case .ramp(let value), .grey(let value), .tint(_, let value): strength = value
    default: strength = (theme.colour(of: ink).contrast(with: theme.background) - 1) / 10
    }
    let step = strength.isNaN ? 0 : min(max(strength, 0), 1) * 4
    return steps[Int(step.rounded())]
  }

  // MARK: Result

  /// Lines without spaces at the end and without empty lines around.
  var text: String {
    var lines = (0..<rows).map(line(_:))
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(_ row: Int) -> String {
    let all = characters[row * columns..<(row + 1) * columns]
    let used = all.lastIndex {
      $0.dots != 0 || $0.text != nil || $0.halves != nil || $0.shade != nil
    }
    guard let used else { return "" }
    var text = ""
    var style = ""
    for character in all[...used] {
      let (symbol, wanted) = symbol(of: character)
      if wanted != style {
        text += style.isEmpty ? wanted : "\u{1B}[0m" + wanted
        style = wanted
      }
      text.append(symbol)
    }
    if style.isEmpty {
      while text.last == " " { text.removeLast() }
      return text
    }
    return text + "\u{1B}[0m"
  }

  private func symbol(of character: Character) -> (Swift.Character, style: String) {
    let ink = isColoured ? character.ink.map { Self.code(38, $0) } ?? "" : ""
    if let (upper, lower) = character.halves {
      guard let text = character.text else {
        return ("▀", Self.code(38, upper) + Self.code(48, lower))
      }
      let ground = upper.mixed(with: lower, 0.5)
      let ink = theme.colour(of: .contrast(.fixed(ground)))
      return (text, Self.code(38, ink) + Self.code(48, ground))
    }
    if let text = character.text { return (text, ink) }
    if character.dots != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(character.dots)) {
      return (Swift.Character(scalar), ink)
    }
    return (character.shade ?? " ", "")
  }

  private static func code(_ kind: Int, _ colour: Colour) -> String {
    "\u{1B}[\(kind);2;\(colour.red);\(colour.green);\(colour.blue)m"
  }
}

extension Rect {
  func intersection(_ other: Rect) -> Rect {
    let (left, top) = (max(left, other.left), max(top, other.top))
    return Rect(
      left, top, max(min(right, other.right) - left, 0), max(min(bottom, other.bottom) - top, 0))
  }

  /// The part of a line inside (Liang and Barsky, "A new concept and method for line clipping",
  /// 1984); nil when there is none.
  package func cut(_ from: Point, _ to: Point) -> (Point, Point)? {
    let direction = to - from
    var (first, last) = (0.0, 1.0)
    for (step, room) in [
      (-direction.x, from.x - left), (direction.x, right - from.x),
      (-direction.y, from.y - top), (direction.y, bottom - from.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    return first <= last ? (from + first * direction, from + last * direction) : nil
  }
}
