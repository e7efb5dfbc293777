public import ApusFormats
import ApusGraph

/// What is said about one answer.
public struct AnswerMark: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable { case right, wrong, missing }

  /// `case 1 (2-3-1)`
  public let place: String
  /// The field: `out`.
  public let name: String
  public let verdict: Verdict
  /// What is right or wrong with it, in a sentence.
  public let comment: String
  /// The likely mistake's name, such as `transposed`; nil when it is right or not recognised.
  public let mistake: String?

  public var json: JSON {
    [
      "place": .string(place), "answer": .string(name), "verdict": .string(verdict.rawValue),
      "comment": .string(comment), "mistake": mistake.map { .string($0) } ?? .null,
    ]
  }
}

/// A wrong answer that is known: what a slip gives.
struct KnownMistake {
  let name: String
  /// What was probably done, as a sentence without its point.
  let comment: String
  let values: [Matrix]

  init(_ name: String, _ comment: String, _ values: [Matrix]) {
    self.name = name
    self.comment = comment
    self.values = values
  }
}

/// Compares an answer with the right one, then with the wrong ones that are known.
struct Marker {
  let place: String
  /// The largest error that passes, relative to the largest number that is expected.
  var tolerance = 1e-3

  /// - Parameters:
  ///   - answer: a matrix, or a list of them when more than one is expected.
  ///   - base: what the numbers are measured from, such as the old weights: only the changes count.
  func mark(
    _ name: String, _ answer: JSON?, expected: [Matrix], isList: Bool, base: [Matrix]? = nil,
    mistakes: @autoclosure () -> [KnownMistake]
  ) -> AnswerMark {
    guard let answer, answer != .null else {
      return AnswerMark(
        place: place, name: name, verdict: .missing, comment: "not answered yet", mistake: nil)
    }
    let parts = isList ? (answer.elements ?? []).map(Matrix.init) : [Matrix(json: answer)]
    let found = parts.compactMap { $0 }
    guard !parts.isEmpty, found.count == parts.count else {
      return wrong(
        name, "shape",
        isList
          ? "it must be a list of matrices, each a list of rows"
          : "it must be a matrix: a list of equally long rows")
    }
    if let mark = shapeMark(name, found, expected, mistakes) { return mark }
    let known = mistakes().filter { $0.values.map(\.shape) == expected.map(\.shape) }
    let error = distance(found, expected, base, scaledBy: expected)
    let guesses = known.map { ($0, distance(found, $0.values, base, scaledBy: $0.values)) }
    let nearest = guesses.map(\.1).min() ?? .infinity
    // A known mistake must explain the numbers much better than rounding of the right ones does.
    if error > 1e-9, nearest <= tolerance, nearest < 0.2 * error {
      return wrong(name, guesses.filter { $0.1 <= nearest + 1e-9 }.map(\.0))
    }
    guard error <= tolerance else { return wrong(name, nil, worst(found, expected)) }
    return AnswerMark(
      place: place, name: name, verdict: .right,
      comment: "\(shapes(expected))\(error == 0 ? "" : ", within \(plain(error)) of the largest")",
      mistake: nil)
  }

  /// Several mistakes may give the same numbers; the first one is the likeliest.
  private func wrong(_ name: String, _ guesses: [KnownMistake]) -> AnswerMark {
    var comments: [String] = []
    for guess in guesses where !comments.contains(guess.comment) { comments.append(guess.comment) }
    return wrong(name, guesses.first?.name, comments.joined(separator: "; or "))
  }

  func wrong(_ name: String, _ mistake: String?, _ comment: String) -> AnswerMark {
    AnswerMark(place: place, name: name, verdict: .wrong, comment: comment, mistake: mistake)
  }

  func right(_ name: String, _ comment: String) -> AnswerMark {
    AnswerMark(place: place, name: name, verdict: .right, comment: comment, mistake: nil)
  }

  private func shapeMark(
    _ name: String, _ found: [Matrix], _ expected: [Matrix], _ mistakes: () -> [KnownMistake]
  ) -> AnswerMark? {
    guard found.map(\.shape) != expected.map(\.shape) else { return nil }
    if let mistake = mistakes().first(where: { mistake in
      mistake.values.map(\.shape) == found.map(\.shape)
        && distance(found, mistake.values, nil, scaledBy: mistake.values) <= tolerance
    }) {
      return wrong(name, mistake.name, mistake.comment)
    }
    let says = "expected \(shapes(expected)), found \(shapes(found))"
    if found.map(\.transposed.shape) == expected.map(\.shape) {
      let isRight =
        distance(found.map(\.transposed), expected, nil, scaledBy: expected) <= tolerance
      return wrong(
        name, "transposed",
        "transposed: \(says)\(isRight ? "; the numbers themselves are right" : "")")
    }
    return wrong(name, "shape", says)
  }

  private func shapes(_ matrices: [Matrix]) -> String {
    matrices.map(\.shape).joined(separator: ", ")
  }

  /// The largest difference, relative to the largest number of `scale` (from `base` on).
  private func distance(
    _ a: [Matrix], _ b: [Matrix], _ base: [Matrix]?, scaledBy scale: [Matrix]
  ) -> Double {
    let (first, second) = (a.flatMap(\.values), b.flatMap(\.values))
    let zero = base?.flatMap(\.values) ?? scale.flatMap { $0.values.map { _ in 0 } }
    let largest = zip(scale.flatMap(\.values), zero).reduce(0) { max($0, abs($1.0 - $1.1)) }
    let difference = zip(first, second).reduce(0) {
      $1.0.isNaN ? .infinity : max($0, abs($1.0 - $1.1))
    }
    return difference == 0 ? 0 : difference / largest
  }

  private func worst(_ found: [Matrix], _ expected: [Matrix]) -> String {
    var (place, largest) = ((matrix: 0, row: 0, column: 0), -1.0)
    for (index, (a, b)) in zip(found, expected).enumerated() {
      for row in 0..<b.rows {
        for column in 0..<b.columns where abs(a[row, column] - b[row, column]) > largest {
          (place, largest) = ((index, row, column), abs(a[row, column] - b[row, column]))
        }
      }
    }
    let (a, b) = (found[place.matrix], expected[place.matrix])
    let which = expected.count > 1 ? "[\(place.matrix)]" : ""
    return
      "\(which)[\(place.row)][\(place.column)] is \(plain(a[place.row, place.column])), expected "
      + "\(NumberFormat.significant(b[place.row, place.column], digits: 6)); no usual mistake gives "
      + "these numbers"
  }
}
