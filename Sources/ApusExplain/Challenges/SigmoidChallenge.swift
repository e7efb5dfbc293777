import ApusFormats

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Challenge 2 is missing in the deck; both readings that its next slide allows.
struct SigmoidChallenge: MarkedChallenge {
  let number = 2
  let title = "The sigmoid, and one layer (reconstructed)"
  let task = [
    "Reconstructed: the deck that we have lacks this task. The next slide starts from",
    "σ(z), so it was one of two; do both.",
    "sigma: apply σ(z) = 1 / (1 + e^−z) to every number of w(0)·Xᵀ, without the bias.",
    "layer: one layer forward, a(1) = σ(w(0)·Xᵀ + b(0)), a column per row of X.",
  ]
  let hidden: Set<String> = []

  func blanks(for given: ChallengeCase) -> [JSON.Member] {
    [.init("sigma", .null), .init("layer", .null)]
  }

  func marks(of answer: JSON, for given: ChallengeCase, at place: String) throws -> [AnswerMark] {
    let marker = Marker(place: place)
    let z = given.w[0] * given.x.transposed
    let sigma = LectureNetwork.sigma
    return [
      marker.mark(
        "sigma", answer["sigma"], expected: [z.map(sigma)], isList: false,
        mistakes: [
          KnownMistake(
            "sign", "this is σ(−z): the minus sign of e^−z is missing", [z.map { sigma(-$0) }]),
          KnownMistake("no_sigma", "σ was not applied", [z]),
          KnownMistake(
            "slope", "this is the slope σ(z)(1 − σ(z)), not σ(z)",
            [z.map { sigma($0) * (1 - sigma($0)) }]),
          KnownMistake("tanh", "this is tanh(z), not σ(z)", [z.map { tanh($0) }]),
          KnownMistake("relu", "this is max(z, 0), not σ(z)", [z.map { max($0, 0) }]),
          KnownMistake("exp", "this is e^−z; 1 / (1 + …) is missing", [z.map { exp(-$0) }]),
        ]),
      marker.mark(
        "layer", answer["layer"], expected: [try firstLayer(given)], isList: false,
        mistakes: Self.layerMistakes(given)),
    ]
  }

  /// By the engine: the first layer as a network of its own.
  private func firstLayer(_ given: ChallengeCase) throws -> Matrix {
    try given.prefix(layers: 1).outputs
  }

  private static func layerMistakes(_ given: ChallengeCase) -> [KnownMistake] {
    func layer(_ slips: Slip...) -> [Matrix] {
      var network = LectureNetwork(given)
      network.slips = Set(slips)
      return [network.layer(0, given.x.transposed)]
    }
    var mistakes = [
      KnownMistake("no_bias", "the bias b(0) was not added", layer(.noBias)),
      KnownMistake("no_sigma", "σ was not applied", layer(.noSigma)),
      KnownMistake(
        "sign", "this is σ(−z): the minus sign of e^−z is missing", layer(.flippedSigma)),
      KnownMistake(
        "broadcast", "the bias was added along the samples: b(0) must be a column, n×1",
        layer(.biasAcross)),
    ]
    if given.x.rows == given.x.columns {
      let product = given.w[0] * given.x
      mistakes.append(
        KnownMistake(
          "not_transposed", "X went in as it is; a column must be a sample, so Xᵀ goes in",
          [
            Matrix(rows: product.rows, columns: product.columns) {
              LectureNetwork.sigma(product[$0, $1] + given.b[0][$0, 0])
            }
          ]))
    }
    return mistakes
  }
}

extension ChallengeCase {
  /// The first layers by themselves.
  func prefix(layers: Int) -> ChallengeCase {
    let outputs = sizes[layers]
    return ChallengeCase(
      sizes: Array(sizes.prefix(layers + 1)), w: Array(w.prefix(layers)),
      b: Array(b.prefix(layers)), x: x, y: Matrix(rows: x.rows, columns: outputs) { _, _ in 0 },
      learningRate: learningRate, epsilon: epsilon)
  }
}
