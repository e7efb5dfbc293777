public import ApusFormats
import ApusGraph

/// What a slide with few digits would print beside each number, and where an answer that is worked out
/// with such digits leaves the exact one.
public struct SlideView: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    let name: String
    let exact: Double
  }

  struct Printed: Hashable, Sendable {
    let number: SlideNumber
    let exact: Double
  }

  /// A row whose digits differ when all before it were rounded.
  struct Departure: Hashable, Sendable {
    let name: String
    /// With the rounded numbers, where it is a product or a sum of a few.
    let formula: String?
    let carried: Double
    let exact: Double
    let slides: [String]
  }

  let digits: Int
  let rows: [Row]
  let printed: [Printed]
  /// By how digits are counted; nil where rounding was not carried on.
  let departures: [SlideDigits.Counted: [Departure]]?

  /// - Parameters:
  ///   - digits: from 1 to 9.
  ///   - carries: whether all is computed again with rounded numbers.
  package init(_ subject: Subject, digits: Int, carries: Bool) throws {
    let tape = try Tape(subject)
    guard tape.isScalar, tape.trace.value(subject.result)?.scalar != nil else {
      throw DrillError(
        "the slide view writes number beside number; this is too large for it, or its result is not "
          + "one number")
    }
    let digits = min(max(digits, 1), 9)
    let backward = try BackwardTape(ForwardTape(tape))
    let forward = backward.forward
    let result = forward.rows.last?.quantity.name ?? "F"
    func name(_ row: BackwardRow) -> String { "∂\(result)/∂\(row.quantity.name)" }
    let rows =
      forward.rows.map { Row(name: $0.quantity.name, exact: $0.value.scalar ?? .nan) }
      + backward.rows.dropFirst().map { Row(name: name($0), exact: $0.gradient.scalar ?? .nan) }
    self.digits = digits
    self.rows = rows
    let slides = subject.slideNumbers
    printed = slides.compactMap { number in
      rows.first { $0.name == number.name }.map { Printed(number: number, exact: $0.exact) }
    }
    guard carries else {
      departures = nil
      return
    }
    var departures: [SlideDigits.Counted: [Departure]] = [:]
    let names = Self.names(forward, backward, result)
    for counted in SlideDigits.Counted.allCases {
      let rounding = SlideDigits(count: digits, counted: counted)
      let again = try Recomputation(tape, rounding: rounding.number)
      let own = names.map { place, isGradient, name, exact -> Departure in
        let carried = (isGradient ? again.gradients[place] : again.values[place]) ?? .nan
        let uses = isGradient ? again.uses[place] ?? [] : []
        return Departure(
          name: name, formula: Self.formula(uses), carried: carried, exact: exact,
          slides: slides.filter { $0.name == name }.map(\.text))
      }
      let shown = SlideDigits(count: digits, counted: .significant)
      departures[counted] = own.filter { shown.rounded($0.carried) != shown.rounded($0.exact) }
    }
    self.departures = departures
  }

  private static func names(
    _ forward: ForwardTape, _ backward: BackwardTape, _ result: String
  ) -> [(Tape.Place, Bool, String, Double)] {
    var found: [(number: Int, (Tape.Place, Bool, String, Double))] = []
    let rows = forward.rows
    for (place, number) in forward.numbers {
      let row = rows[number - 1]
      found.append((number, (place, false, row.quantity.name, row.value.scalar ?? .nan)))
    }
    for (place, number) in backward.numbers where number > rows.count + 1 {
      let row = backward.rows[number - rows.count - 1]
      found.append(
        (number, (place, true, "∂\(result)/∂\(row.quantity.name)", row.gradient.scalar ?? .nan)))
    }
    return found.sorted { $0.number < $1.number }.map { $0.1 }
  }

  /// `−0.11·0.02`
  private static func formula(_ uses: [Recomputation.Use]) -> String? {
    guard (1...4).contains(uses.count) else { return nil }
    return uses.enumerated().map { index, use in
      let (a, b) = (plain(use.upstream), plain(use.local))
      let first = index > 0 && a.hasPrefix("−") ? "(\(a))" : a
      return first + "·" + (b.hasPrefix("−") ? "(\(b))" : b)
    }.joined(separator: " + ")
  }

  /// Four digits without zeros at the end.
  static func plain(_ value: Double) -> String {
    var text = NumberFormat.significant(value, digits: 4)
    guard value.isFinite, !text.contains("e") else { return NumberStyle().text(value) }
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text.replacing("-", with: "−")
  }
}

extension SlideView {
  /// As tables of text.
  public func text(style: NumberStyle = NumberStyle()) -> String {
    var page = TextLines()
    let exact = rows.map { style.text($0.exact) }
    let names = min(max(rows.map(\.name.count).max() ?? 0, 7) + 1, 30)
    page.heading("SLIDE VIEW: what \(digits) digits would print")
    func line(_ name: String, _ cells: [String]) {
      page.add("  " + name.padded(to: names) + cells.map { $0.aligned(right: 12) }.joined())
    }
    line("", ["", "decimals", "", "significant"])
    line("", ["exact", "rounded", "cut", "rounded", "cut"].map { $0 })
    let (points, all) = (
      SlideDigits(count: digits, counted: .decimals),
      SlideDigits(count: digits, counted: .significant)
    )
    for (row, text) in zip(rows, exact) {
      let cells = [points.rounded(row.exact), points.cut(row.exact), all.rounded(row.exact)]
      page.add(
        "  " + row.name.padded(to: names)
          + ([text] + cells + [all.cut(row.exact)]).map { $0.aligned(right: 9) }.joined(
            separator: " "))
    }
    addPrinted(to: &page, style)
    addDepartures(to: &page, style)
    return page.text
  }

  private func addPrinted(to page: inout TextLines, _ style: NumberStyle) {
    if printed.isEmpty { return }
    page.heading("THE SLIDE'S OWN NUMBERS")
    let width = printed.map(\.number.name.count).max() ?? 0
    for entry in printed {
      page.wrapped(
        entry.number.verdict(entry.exact),
        first: "  " + entry.number.name.padded(to: width) + entry.number.text.aligned(right: 10)
          + "  exact " + style.text(entry.exact).padded(to: 12), indent: 6)
    }
  }

  private func addDepartures(to page: inout TextLines, _ style: NumberStyle) {
    guard let departures else { return }
    for counted in SlideDigits.Counted.allCases {
      let own = departures[counted] ?? []
      let what = counted == .decimals ? "decimals" : "significant digits"
      page.heading("CARRIED: every number rounded to \(digits) \(what) before its next use")
      if own.isEmpty { page.add("  no answer departs") }
      for departure in own {
        let formula = departure.formula.map { "\($0) = " } ?? ""
        let slides = departure.slides.map { "slide \($0), " }.joined()
        page.wrapped(
          "\(departure.name) = \(formula)\(Self.plain(departure.carried)), \(slides)exact "
            + style.text(departure.exact), first: "  ", indent: 6)
      }
    }
  }

  /// See Documentation/ExplainJSON.md.
  public var json: JSON {
    let (points, all) = (
      SlideDigits(count: digits, counted: .decimals),
      SlideDigits(count: digits, counted: .significant)
    )
    func pair(_ digits: SlideDigits, _ value: Double) -> JSON {
      ["rounded": .string(digits.rounded(value)), "cut": .string(digits.cut(value))]
    }
    return [
      "digits": .integer(digits),
      "rows": .array(
        rows.map {
          [
            "name": .string($0.name), "exact": .real($0.exact), "decimals": pair(points, $0.exact),
            "significant": pair(all, $0.exact),
          ]
        }),
      "printed": .array(
        printed.map {
          [
            "name": .string($0.number.name), "text": .string($0.number.text),
            "exact": .real($0.exact), "verdict": .string($0.number.verdict($0.exact)),
          ]
        }),
      "carried": departures.map { departures in
        .object(
          SlideDigits.Counted.allCases.map { counted in
            JSON.Member(
              counted.rawValue, .array((departures[counted] ?? []).map { Self.json($0) }))
          })
      } ?? .null,
    ]
  }

  private static func json(_ departure: Departure) -> JSON {
    [
      "name": .string(departure.name), "formula": .text(departure.formula),
      "carried": .real(departure.carried), "exact": .real(departure.exact),
    ]
  }
}

extension SlideView {
  /// As tables of Markdown.
  public func markdown(style: NumberStyle = NumberStyle()) -> String {
    let points = SlideDigits(count: digits, counted: .decimals)
    let all = SlideDigits(count: digits, counted: .significant)
    var page = MarkdownPage()
    page.heading("Slide view: what \(digits) digits would print", level: 1)
    page.table(
      ["quantity", "exact", "decimals, rounded", "cut", "significant, rounded", "cut"],
      rows.map { row in
        [
          MarkdownPage.escaped(row.name), style.text(row.exact), points.rounded(row.exact),
          points.cut(row.exact), all.rounded(row.exact), all.cut(row.exact),
        ]
      }, right: [1, 2, 3, 4, 5])
    if !printed.isEmpty {
      page.heading("The slide's own numbers")
      page.table(
        ["quantity", "slide", "exact", "verdict"],
        printed.map { entry in
          [
            MarkdownPage.escaped(entry.number.name), entry.number.text, style.text(entry.exact),
            MarkdownPage.escaped(entry.number.verdict(entry.exact)),
          ]
        }, right: [1, 2])
    }
    for counted in SlideDigits.Counted.allCases {
      guard let own = departures?[counted] else { continue }
      let what = counted == .decimals ? "decimals" : "significant digits"
      page.heading("Carried: every number rounded to \(digits) \(what) before its next use")
      if own.isEmpty {
        page.add("No answer departs.")
        continue
      }
      page.table(
        ["quantity", "with rounded numbers", "carried", "slide", "exact"],
        own.map { departure in
          [
            MarkdownPage.escaped(departure.name), departure.formula ?? "",
            Self.plain(departure.carried), departure.slides.joined(separator: ", "),
            style.text(departure.exact),
          ]
        }, right: [2, 3, 4])
    }
    return page.text
  }
}
