import ApusFormats

/// Challenge 1: first weights for any list of sizes.
struct InitialisationChallenge: MarkedChallenge {
  let number = 1
  let title = "First weights for a network of any size"
  let task = [
    "Write code that takes a list of layer sizes and draws random weights and biases.",
    "For sizes [2, 3, 1] that is w = [w(0) of 3×2, w(1) of 1×3] and b = [b(0) of 3×1,",
    "b(1) of 1×1]: a row of w per neuron, a column per number that comes in.",
    "The numbers are yours; the shapes must fit any list of sizes.",
  ]
  let hidden: Set<String> = ["X", "y", "w", "b", "lr", "eps"]

  func blanks(for given: ChallengeCase) -> [JSON.Member] {
    [.init("w", .null), .init("b", .null)]
  }

  func marks(of answer: JSON, for given: ChallengeCase, at place: String) -> [AnswerMark] {
    [
      mark("w", answer["w"], like: given.w, given, place),
      mark("b", answer["b"], like: given.b, given, place),
    ]
  }

  private func mark(
    _ name: String, _ answer: JSON?, like expected: [Matrix], _ given: ChallengeCase,
    _ place: String
  ) -> AnswerMark {
    let marker = Marker(place: place)
    guard let answer, answer != .null else {
      return marker.mark(name, nil, expected: expected, isList: true, mistakes: [])
    }
    let parts = (answer.elements ?? []).map(Matrix.init)
    let found = parts.compactMap { $0 }
    guard found.count == parts.count, !found.isEmpty else {
      let isFlat = answer.elements?.allSatisfy { $0.doubleValues != nil } ?? false
      return marker.wrong(
        name, isFlat && name == "b" ? "flat_bias" : "shape",
        isFlat && name == "b"
          ? "a bias must be a column, [[0.1], [0.2]], not a flat list: flat ones are added the "
            + "wrong way to a batch of columns"
          : "it must be a list of matrices, each a list of rows")
    }
    let shapes = found.map(\.shape)
    let wanted = expected.map(\.shape).joined(separator: ", ")
    let says = "expected \(wanted), found \(shapes.joined(separator: ", "))"
    if shapes == expected.map(\.shape) { return values(name, found, marker, wanted) }
    if found.count == given.sizes.count {
      return marker.wrong(
        name, "input_layer", "the input layer has no weights of its own: \(says)")
    }
    if found.map(\.transposed.shape) == expected.map(\.shape) {
      return marker.wrong(name, "transposed", "transposed: \(says)")
    }
    return marker.wrong(name, "shape", says)
  }

  private func values(
    _ name: String, _ found: [Matrix], _ marker: Marker, _ wanted: String
  ) -> AnswerMark {
    let numbers = found.flatMap(\.values)
    guard numbers.allSatisfy(\.isFinite) else {
      return marker.wrong(name, "not_finite", "every number must be finite")
    }
    // Equal units get equal gradients and stay equal for ever. A bias may well start at 0.
    if name == "w", numbers.count > 1, Set(numbers).count == 1 {
      return marker.wrong(
        name, "all_equal",
        "all weights are \(plain(numbers[0])): units that start equal stay equal, so draw them")
    }
    return marker.right(name, wanted)
  }
}
