import ApusFormats

/// Challenge 4: the gradient by differences.
struct GradientEstimatorChallenge: MarkedChallenge {
  let number = 4
  let title = "The gradient by moving every parameter a little"
  let task = [
    "The cost is J = sum((ŷ − y)²) / m, with m the rows of X. Write",
    "gradient_estimator(X, y, w, b): for every weight and bias (J(w⁺) − J(w)) / eps,",
    "where w⁺ is w with that one number larger by eps. Give w_pds and b_pds, shaped",
    "like w and b, and in evaluations how often J was computed.",
    "First w_update: w_plus is a copy of w in which w(0)[0][0] is larger by",
    "w_update_eps; w_after is what w itself is afterwards.",
  ]
  let hidden: Set<String> = []

  private static let step = 0.5

  func blanks(for given: ChallengeCase) -> [JSON.Member] {
    [
      .init("w_update_eps", .number(Self.step)), .init("w_plus", .null),
      .init("w_after", .null), .init("w_pds", .null), .init("b_pds", .null),
      .init("evaluations", .null),
    ]
  }

  func marks(of answer: JSON, for given: ChallengeCase, at place: String) throws -> [AnswerMark] {
    let gradient = try given.gradient
    // A forward difference errs by about eps; the usual slips by far more.
    let marker = Marker(place: place, tolerance: 0.02)
    return copyMarks(of: answer, given, place) + [
      marker.mark(
        "w_pds", answer["w_pds"], expected: gradient.w, isList: true,
        mistakes: mistakes(given, gradient, \.w)),
      marker.mark(
        "b_pds", answer["b_pds"], expected: gradient.b, isList: true,
        mistakes: mistakes(given, gradient, \.b)),
      evaluations(answer["evaluations"], given, marker),
    ]
  }

  /// A copy with one number changed, and the original as it was.
  private func copyMarks(of answer: JSON, _ given: ChallengeCase, _ place: String) -> [AnswerMark] {
    let marker = Marker(place: place, tolerance: 1e-6)
    var moved = given.w
    moved[0].values[0] += Self.step
    let all = given.w.map { $0.map { $0 + Self.step } }
    return [
      marker.mark(
        "w_plus", answer["w_plus"], expected: moved, isList: true,
        mistakes: [
          KnownMistake("not_moved", "nothing was changed", given.w),
          KnownMistake("moved_all", "every weight was changed, not only w(0)[0][0]", all),
        ]),
      marker.mark(
        "w_after", answer["w_after"], expected: given.w, isList: true,
        mistakes: [
          KnownMistake(
            "in_place",
            "w itself was changed: w_update must copy the matrices, not only the list of them",
            moved)
        ]),
    ]
  }

  private func mistakes(
    _ given: ChallengeCase, _ right: LectureGradient, _ part: (LectureGradient) -> [Matrix]
  ) -> [KnownMistake] {
    let epsilon = given.epsilon
    func slipped(_ slip: Slip) -> [Matrix] { part(LectureNetwork(given, slip).gradient) }
    var mistakes = [
      KnownMistake(
        "sign", "the sign is wrong: it is J(w⁺) − J(w), not J(w) − J(w⁺)", slipped(.wrongSign)),
      KnownMistake(
        "half",
        "half of it: a forward difference is divided by eps, not by 2·eps (or the cost has "
          + "a ½ too many)", slipped(.forgottenTwo)),
      KnownMistake("not_divided_by_m", "the cost was not divided by m", slipped(.notDivided)),
      KnownMistake(
        "divided_by_outputs", "the cost was divided by the number of outputs, not by m",
        slipped(.dividedByOutputs)),
      KnownMistake(
        "divided_by_all", "the cost was divided by all numbers of y (np.mean), not by m, its rows",
        slipped(.dividedByAll)),
      KnownMistake(
        "not_divided_by_eps", "the difference was not divided by eps",
        part(right.map { $0 * epsilon })),
    ]
    mistakes += [true, false].map { isByLayer in
      KnownMistake(
        "in_place",
        "each number contains those before it: w⁺ was not made from a fresh copy, so "
          + "the changes pile up", part(Self.piledUp(right, byLayer: isByLayer)))
    }
    return mistakes
  }

  /// What differences give when changes are not taken back: sums of all slopes so far.
  private static func piledUp(_ right: LectureGradient, byLayer: Bool) -> LectureGradient {
    var result = right
    var sum = 0.0
    func pile(_ matrix: inout Matrix) {
      for index in matrix.values.indices {
        sum += matrix.values[index]
        matrix.values[index] = sum
      }
    }
    if byLayer {
      for layer in result.w.indices {
        pile(&result.w[layer])
        pile(&result.b[layer])
      }
    } else {
      for layer in result.w.indices { pile(&result.w[layer]) }
      for layer in result.b.indices { pile(&result.b[layer]) }
    }
    return result
  }

  private func evaluations(_ answer: JSON?, _ given: ChallengeCase, _ marker: Marker) -> AnswerMark
  {
    let n = given.parameterCount
    guard let answer, answer != .null else {
      return marker.mark("evaluations", nil, expected: [], isList: false, mistakes: [])
    }
    switch answer.intValue {
    case n + 1:
      return marker.right(
        "evaluations",
        "\(n) parameters and J(w) itself; backpropagation takes 1 forward and 1 "
          + "backward pass")
    case n:
      return marker.wrong(
        "evaluations", "base_not_counted", "J(w) itself must be computed too: \(n) + 1")
    case 2 * n:
      return marker.wrong(
        "evaluations", "base_repeated",
        "J(w) is the same for all \(n) parameters, so compute it once: \(n) + 1 (2·\(n) is what "
          + "central differences take)")
    case 2:
      return marker.wrong(
        "evaluations", "per_parameter", "that is for one parameter; there are \(n)")
    default:
      return marker.wrong(
        "evaluations", nil, "expected \(n + 1) for \(n) parameters, found \(answer.text())")
    }
  }
}
