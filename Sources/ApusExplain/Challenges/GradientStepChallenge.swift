import ApusFormats

/// Challenge 5: one step of gradient descent.
struct GradientStepChallenge: MarkedChallenge {
  let number = 5
  let title = "One step of gradient descent"
  let task = [
    "Write one_step_gd(X, y, w, b, lr): every weight and bias becomes w − lr·∂J/∂w,",
    "with J = sum((ŷ − y)²) / m and the gradient of the old parameters, taken once",
    "before anything changes. Give new_w and new_b. Differences or backpropagation, as",
    "you like.",
  ]
  let hidden: Set<String> = []

  func blanks(for given: ChallengeCase) -> [JSON.Member] {
    [.init("new_w", .null), .init("new_b", .null)]
  }

  func marks(of answer: JSON, for given: ChallengeCase, at place: String) throws -> [AnswerMark] {
    let right = step(given, try given.gradient)
    let marker = Marker(place: place, tolerance: 0.02)
    let steps = mistakes(given, try given.gradient)
    func known(_ part: (LectureGradient) -> [Matrix]) -> [KnownMistake] {
      steps.map { KnownMistake($0.name, $0.comment, part($0.step)) }
    }
    return [
      marker.mark(
        "new_w", answer["new_w"], expected: right.w, isList: true, base: given.w,
        mistakes: known(\.w)),
      marker.mark(
        "new_b", answer["new_b"], expected: right.b, isList: true, base: given.b,
        mistakes: known(\.b)),
    ]
  }

  private func step(_ given: ChallengeCase, _ gradient: LectureGradient) -> LectureGradient {
    let rate = given.learningRate
    func moved(_ old: [Matrix], _ slopes: [Matrix]) -> [Matrix] {
      zip(old, slopes).map { $0.combined(with: $1) { $0 - rate * $1 } }
    }
    return LectureGradient(w: moved(given.w, gradient.w), b: moved(given.b, gradient.b))
  }

  private struct WrongStep {
    let name: String
    let comment: String
    let step: LectureGradient

    init(_ name: String, _ comment: String, _ step: LectureGradient) {
      self.name = name
      self.comment = comment
      self.step = step
    }
  }

  private func mistakes(_ given: ChallengeCase, _ right: LectureGradient) -> [WrongStep] {
    let rate = given.learningRate
    func slipped(_ slip: Slip) -> LectureGradient {
      step(given, LectureNetwork(given, slip).gradient)
    }
    let unchanged = LectureGradient(w: given.w, b: given.b)
    var mistakes = [
      WrongStep("sign", "uphill: the step must be subtracted, w − lr·∂J/∂w", slipped(.wrongSign)),
      WrongStep("not_moved", "nothing has changed", unchanged),
      WrongStep("gradient", "this is the gradient; the new value is w − lr·∂J/∂w", right),
      WrongStep(
        "forgotten_two", "the 2 of the derivative of (ŷ − y)² is missing", slipped(.forgottenTwo)),
      WrongStep("not_divided_by_m", "the gradient was not divided by m", slipped(.notDivided)),
      WrongStep(
        "divided_by_outputs", "the gradient was divided by the number of outputs, not by m",
        slipped(.dividedByOutputs)),
      WrongStep(
        "divided_by_all", "the gradient was divided by all numbers of y (np.mean), not by m",
        slipped(.dividedByAll)),
      WrongStep("no_slope", "σ′ is missing in every layer", slipped(.noSigmaSlope)),
      WrongStep("no_last_slope", "σ′ of the last layer is missing", slipped(.noLastSigmaSlope)),
      WrongStep(
        "no_hidden_slope", "σ′ of the hidden layers is missing", slipped(.noHiddenSigmaSlope)),
    ]
    if rate != 1 {
      mistakes.append(
        WrongStep(
          "no_rate", "the gradient was not multiplied by lr",
          step(given, right.map { $0 / rate })))
    }
    return mistakes + inPlaceSteps(given)
  }

  /// The updated weight used: each tensor's gradient is taken after those before it have changed.
  private func inPlaceSteps(_ given: ChallengeCase) -> [WrongStep] {
    let layers = given.w.indices
    typealias Place = (layer: Int, isBias: Bool)
    let orders: [[Place]] = [
      layers.map { ($0, false) } + layers.map { ($0, true) },
      layers.flatMap { [($0, false), ($0, true)] },
      layers.reversed().flatMap { [($0, false), ($0, true)] },
    ]
    return orders.map { order in
      var (w, b) = (given.w, given.b)
      for place in order {
        let now = given.with(w: w, b: b)
        let moved = step(now, LectureNetwork(now).gradient)
        if place.isBias {
          b[place.layer] = moved.b[place.layer]
        } else {
          w[place.layer] = moved.w[place.layer]
        }
      }
      return WrongStep(
        "in_place",
        "an updated weight was used: take the whole gradient from the old parameters first",
        LectureGradient(w: w, b: b))
    }
  }
}

extension ChallengeCase {
  fileprivate func with(w: [Matrix], b: [Matrix]) -> ChallengeCase {
    ChallengeCase(
      sizes: sizes, w: w, b: b, x: x, y: y, learningRate: learningRate, epsilon: epsilon)
  }
}
