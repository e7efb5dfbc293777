import ApusFormats

/// Challenge 3: the whole way forward.
struct ForwardPassChallenge: MarkedChallenge {
  let number = 3
  let title = "The forward pass"
  let task = [
    "Write forward_pass(inp, w, b) for any number of layers: a(0) = inp, then",
    "a(i+1) = σ(w(i)·a(i) + b(i)). Give the output for inp = Xᵀ: a column per row of",
    "X, so out is n×m for n outputs and m rows.",
  ]
  let hidden: Set<String> = []

  func blanks(for given: ChallengeCase) -> [JSON.Member] { [.init("out", .null)] }

  func marks(of answer: JSON, for given: ChallengeCase, at place: String) throws -> [AnswerMark] {
    func out(_ slip: Slip) -> [Matrix] { [LectureNetwork(given, slip).outputs] }
    let right = try given.outputs
    var mistakes = [
      KnownMistake("no_bias", "the biases were not added", out(.noBias)),
      KnownMistake("no_sigma", "σ was not applied in any layer", out(.noSigma)),
      KnownMistake("no_last_sigma", "σ was not applied in the last layer", out(.noLastSigma)),
      KnownMistake(
        "sign", "this uses σ(−z): the minus sign of e^−z is missing", out(.flippedSigma)),
      KnownMistake(
        "broadcast", "a bias was added along the samples: b must be columns, n×1",
        out(.biasAcross)),
      KnownMistake(
        "one_column", "this is the output of the first sample only; all of Xᵀ goes in at once",
        [Matrix(rows: right.rows, columns: 1) { row, _ in right[row, 0] }]),
    ]
    if given.w.count > 1 {
      let first = given.prefix(layers: given.w.count - 1)
      mistakes.append(
        KnownMistake(
          "layer_left_out", "this is a(\(given.w.count - 1)): the last layer is missing",
          [LectureNetwork(first).outputs]))
    }
    return [
      Marker(place: place).mark(
        "out", answer["out"], expected: [right], isList: false, mistakes: mistakes)
    ]
  }
}
