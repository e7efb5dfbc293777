internal import ApusExplain

extension ArgumentType<[Int]> {
  /// Numbers of rows from 1 and ranges of them: `7,9,12`, `1...3`, `1..<4,9`.
  static var rows: Self {
    Self(placeholder: "N,N,…") { word in
      var rows: [Int] = []
      for part in word.split(separator: ",", omittingEmptySubsequences: false) {
        guard let range = range(String(part)), range.lowerBound > 0, !range.isEmpty else {
          return .expected(
            "numbers of rows, counted from 1, with commas between them, or ranges of them, as "
              + "7,9,12 or 1...3")
        }
        // More are refused anyway; a range of a thousand million is not written out for it.
        rows += range.prefix(Subject.mostRows + 1)
      }
      return .value(rows)
    }
  }

  private static func range(_ text: String) -> Range<Int>? {
    func bounds(_ sign: String) -> (Int, Int)? {
      let parts = text.split(separator: sign, omittingEmptySubsequences: false)
      guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]), first <= last
      else { return nil }
      return (first, last)
    }
    if let (first, last) = bounds("..<") { return first..<last }
    if let (first, last) = bounds("..."), last < .max { return first..<last + 1 }
    guard let row = Int(text), row < .max else { return nil }
    return row..<row + 1
  }
}
