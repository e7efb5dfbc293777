import ApusExplain
import ApusFormats
import Glibc
import Testing

struct ChallengeTests {
  /// The lecture's network, and others with several outputs and three or more layers.
  static let sizes = [[2, 3, 1], [3, 4, 2, 2], [4, 4, 3, 3, 2], [1, 1], [5, 2]]

  /// Marks by field of one case, answered by `answer`.
  private func marks(
    _ number: Int, _ sizes: [Int], _ answer: (StudentNetwork) throws -> [(String, JSON)]
  ) throws -> [String: AnswerMark] {
    let challenge = try Challenges.number(number)
    let starter = try Challenges.starter(of: challenge, sizes: sizes)
    var given = try #require(starter["cases"]?.elements?.first)
    // Challenge 1 does not show a network; any of these sizes will do.
    let shown = try Challenges.starter(of: try Challenges.number(3), sizes: sizes)
    let network = try StudentNetwork(try #require(shown["cases"]?.elements?.first))
    let fields = try answer(network).map { JSON.Member($0.0, $0.1) }
    given = .object(
      (given.members ?? []).filter { $0.name != "answer" } + [.init("answer", .object(fields))])
    let marks = try Challenges.marks(
      of: ["challenge": .integer(number), "cases": .array([given])], for: challenge)
    return Dictionary(uniqueKeysWithValues: marks.map { ($0.name, $0) })
  }

  @Test(arguments: sizes) func anUntouchedStarterIsUnanswered(sizes: [Int]) throws {
    for challenge in Challenges.all {
      let starter = try Challenges.starter(of: challenge, sizes: sizes)
      let marks = try Challenges.marks(of: starter, for: challenge)
      #expect(!marks.isEmpty && marks.allSatisfy { $0.verdict == .missing })
      #expect(try JSON(parsing: starter.text(indented: true)) == starter)
    }
  }

  @Test(arguments: sizes) func rightAnswersAreRight(sizes: [Int]) throws {
    let n = zip(sizes.dropFirst(), sizes).reduce(0) { $0 + $1.0 * ($1.1 + 1) }
    let all = try [
      marks(1, sizes) { [("w", json($0.w)), ("b", json(each($0.b) { _ in 0 }))] },
      marks(2, sizes) { network in
        var first = network
        first.w = [network.w[0]]
        first.b = [network.b[0]]
        let layer = first.out
        first.b = each(first.b) { _ in 0 }
        return [("sigma", json(first.out)), ("layer", json(layer))]
      },
      marks(3, sizes) { [("out", json($0.out))] },
      marks(4, sizes) { network in
        var plus = network.w
        plus[0][0][0] += 0.5
        let slopes = network.slopes()
        return [
          ("w_plus", json(plus)), ("w_after", json(network.w)), ("w_pds", json(slopes.w)),
          ("b_pds", json(slopes.b)), ("evaluations", .integer(n + 1)),
        ]
      },
      marks(5, sizes) { network in
        let slopes = network.slopes()
        return [
          ("new_w", json(both(network.w, slopes.w) { $0 - network.rate * $1 })),
          ("new_b", json(both(network.b, slopes.b) { $0 - network.rate * $1 })),
        ]
      },
    ]
    for marks in all {
      #expect(marks.values.allSatisfy { $0.verdict == .right }, "\(marks)")
    }
    #expect(all.map(\.count) == [2, 2, 1, 5, 2])
  }

  @Test func roundedAnswersAreRight() throws {
    func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
    let marks = try marks(3, [3, 4, 2, 2]) { [("out", json($0.out.map { $0.map(rounded) }))] }
    #expect(marks["out"]?.verdict == .right)
    let steps = try self.marks(5, [2, 3, 1]) { network in
      let slopes = network.slopes()
      return [("new_w", json(each(both(network.w, slopes.w) { $0 - network.rate * $1 }, rounded)))]
    }
    #expect(steps["new_w"]?.verdict == .right && steps["new_b"]?.verdict == .missing)
  }

  @Test func mistakesInFirstWeightsAreNamed() throws {
    func mark(_ field: String, _ answer: @escaping (StudentNetwork) -> JSON) throws -> String? {
      try marks(1, [2, 3, 1]) { [(field, answer($0))] }[field]?.mistake
    }
    #expect(try mark("w") { json($0.w.map(StudentNetwork.transposed)) } == "transposed")
    #expect(try mark("w") { json([[[1, 2], [3, 4]]] + $0.w) } == "input_layer")
    #expect(try mark("w") { json(each($0.w) { _ in 0 }) } == "all_equal")
    #expect(try mark("w") { json([$0.w[0]]) } == "shape")
    #expect(try mark("b") { .array($0.b.map { JSON($0.map { $0[0] }) }) } == "flat_bias")
    #expect(try mark("b") { _ in "zeros" } == "shape")
  }

  @Test(arguments: [[2, 3, 1], [4, 4, 3, 3, 2]]) func mistakesOnTheWayForwardAreNamed(
    sizes: [Int]
  ) throws {
    func mark(_ change: @escaping (inout StudentNetwork) -> Rows) throws -> String? {
      try marks(3, sizes) {
        var network = $0
        return [("out", json(change(&network)))]
      }["out"]?.mistake
    }
    func logit(_ value: Double) -> Double { log(value / (1 - value)) }
    #expect(try mark { StudentNetwork.transposed($0.out) } == "transposed")
    #expect(
      try mark {
        $0.b = each($0.b) { _ in 0 }
        return $0.out
      } == "no_bias")
    #expect(try mark { $0.out.map { $0.map(logit) } } == "no_last_sigma")
    #expect(try mark { $0.out.map { [$0[0]] } } == "one_column")
    #expect(
      try mark {
        $0.w.removeLast()
        return $0.out
      } == "layer_left_out")
    let unknown = try marks(3, sizes) { [("out", json($0.out.map { $0.map { $0 + 0.1 } }))] }
    #expect(unknown["out"]?.verdict == .wrong && unknown["out"]?.mistake == nil)
    #expect(unknown["out"]?.comment.contains("no usual mistake") == true)
  }

  @Test func mistakesOfTheSigmoidAreNamed() throws {
    func mark(_ change: @escaping (Double) -> Double) throws -> String? {
      try marks(2, [3, 4, 2, 2]) { network in
        let z = network.w[0].map { row in
          network.x.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        return [("sigma", json(z.map { $0.map(change) }))]
      }["sigma"]?.mistake
    }
    #expect(try mark { 1 / (1 + exp($0)) } == "sign")
    #expect(try mark { $0 } == "no_sigma")
    #expect(try mark { tanh($0) } == "tanh")
    #expect(try mark { max($0, 0) } == "relu")
    #expect(try mark { exp(-$0) } == "exp")
    #expect(try mark { exp(-$0) / (1 + exp(-$0)) / (1 + exp(-$0)) } == "slope")
    // Four units and four samples: only the numbers show that the bias went the wrong way.
    let across = try marks(2, [3, 4, 2, 2]) { network in
      let layer = network.w[0].map { row in
        zip(network.x, network.b[0]).map { sample, bias in
          1 / (1 + exp(-zip(row, sample).reduce(bias[0]) { $0 + $1.0 * $1.1 }))
        }
      }
      return [("layer", json(layer))]
    }
    #expect(across["layer"]?.mistake == "broadcast")
  }

  @Test(arguments: [[2, 3, 1], [3, 4, 2, 2]]) func mistakesOfTheEstimatorAreNamed(
    sizes: [Int]
  ) throws {
    func mark(_ change: @escaping (Double) -> Double) throws -> String? {
      try marks(4, sizes) { [("w_pds", json(each($0.slopes().w, change)))] }["w_pds"]?.mistake
    }
    let (m, outputs) = (4.0, Double(sizes[sizes.count - 1]))
    #expect(try mark { -$0 } == "sign")
    #expect(try mark { $0 / 2 } == "half")
    #expect(try mark { $0 * m } == "not_divided_by_m")
    #expect(
      try mark { $0 * m / outputs } == (outputs == 1 ? "not_divided_by_m" : "divided_by_outputs"))
    // With two outputs the mean over all numbers is half, too; both are said.
    let half = try marks(4, sizes) { [("w_pds", json(each($0.slopes().w) { $0 / 2 }))] }["w_pds"]
    #expect(half?.comment.contains("np.mean") == (outputs == 2))
    #expect(try mark { $0 * 1e-5 } == "not_divided_by_eps")
    let fields = try marks(4, sizes) { network in
      var (sum, plus) = (0.0, network.w)
      plus[0][0][0] += 0.5
      let piled = each(network.slopes().w) {
        sum += $0
        return sum
      }
      return [
        ("w_pds", json(piled)), ("w_after", json(plus)), ("w_plus", json(network.w)),
        ("b_pds", json(network.slopes().b.map(StudentNetwork.transposed))),
      ]
    }
    #expect(fields["w_pds"]?.mistake == "in_place" && fields["w_after"]?.mistake == "in_place")
    #expect(fields["w_plus"]?.mistake == "not_moved" && fields["b_pds"]?.mistake == "transposed")
  }

  @Test func evaluationsAreCounted() throws {
    func mark(_ count: Int) throws -> AnswerMark? {
      try marks(4, [2, 3, 1]) { _ in [("evaluations", .integer(count))] }["evaluations"]
    }
    #expect(try mark(14)?.verdict == .right)
    #expect(try mark(13)?.mistake == "base_not_counted")
    #expect(try mark(26)?.mistake == "base_repeated")
    #expect(try mark(2)?.mistake == "per_parameter")
    #expect(try mark(99)?.comment == "expected 14 for 13 parameters, found 99")
  }

  @Test(arguments: [[2, 3, 1], [4, 4, 3, 3, 2]]) func mistakesOfTheStepAreNamed(
    sizes: [Int]
  ) throws {
    typealias Slopes = (w: [Rows], b: [Rows])
    func mark(_ slopes: @escaping (StudentNetwork) -> Slopes) throws -> String? {
      let marks = try self.marks(5, sizes) { network in
        let found = slopes(network)
        return [("new_w", json(both(network.w, found.w) { $0 - network.rate * $1 }))]
      }
      return marks["new_w"]?.mistake
    }
    func scaled(_ factor: Double) -> (StudentNetwork) -> Slopes {
      { network in
        let slopes = network.slopes()
        return (each(slopes.w) { $0 * factor }, each(slopes.b) { $0 * factor })
      }
    }
    #expect(try mark(scaled(1)) == nil)
    #expect(try mark(scaled(-1)) == "sign")
    #expect(try mark(scaled(0)) == "not_moved")
    #expect(try mark(scaled(4)) == "not_divided_by_m")
    let last = sizes.count - 2
    #expect(try mark { $0.backpropagated { _ in false } } == "no_slope")
    #expect(try mark { $0.backpropagated { $0 != last } } == "no_last_slope")
    #expect(try mark { $0.backpropagated { $0 == last } } == "no_hidden_slope")
    #expect(try mark { $0.backpropagated { _ in true } } == nil)
  }

  /// Half the gradient is a forgotten 2; without lr it is twice the step here.
  @Test func halfAndDoubleStepsAreNamed() throws {
    func mark(_ factor: Double) throws -> String? {
      try marks(5, [2, 3, 1]) { network in
        let slopes = network.slopes()
        return [("new_b", json(both(network.b, slopes.b) { $0 - factor * network.rate * $1 }))]
      }["new_b"]?.mistake
    }
    #expect(try mark(0.5) == "forgotten_two")
    #expect(try mark(2) == "no_rate")
  }

  /// Gradients of later tensors taken after the earlier ones have changed.
  @Test(arguments: [[2, 3, 1], [3, 4, 2, 2]]) func anUpdatedWeightIsNoticed(sizes: [Int]) throws {
    let marks = try marks(5, sizes) { network in
      var network = network
      for layer in network.w.indices {
        network.w[layer] =
          both([network.w[layer]], [network.slopes().w[layer]]) {
            $0 - network.rate * $1
          }[0]
      }
      for layer in network.b.indices {
        network.b[layer] =
          both([network.b[layer]], [network.slopes().b[layer]]) {
            $0 - network.rate * $1
          }[0]
      }
      return [("new_w", json(network.w)), ("new_b", json(network.b))]
    }
    #expect(marks["new_b"]?.mistake == "in_place", "\(marks)")
    #expect(marks["new_b"]?.comment.contains("an updated weight was used") == true)
  }

  @Test func challengeTwoSaysThatItIsReconstructed() throws {
    let challenge = try Challenges.number(2)
    #expect(challenge.title.contains("reconstructed"))
    #expect(challenge.task.joined().contains("one of two; do both"))
  }

  @Test func filesThatAreNoAnswersSayWhy() throws {
    let challenge = try Challenges.number(3)
    func message(_ json: JSON) -> String? {
      do {
        _ = try Challenges.marks(of: json, for: challenge)
        return nil
      } catch { return "\(error)" }
    }
    let starter = try Challenges.starter(of: challenge, sizes: [2, 3, 1])
    let given = try #require(starter["cases"]?.elements?.first?.members)
    func changed(_ name: String, _ value: JSON) -> JSON {
      let members = given.map { $0.name == name ? JSON.Member(name, value) : $0 }
      return ["challenge": 3, "cases": .array([.object(members)])]
    }
    #expect(message(["challenge": 4])?.contains("\"challenge\": 3") == true)
    #expect(message(["challenge": 3]) == "challenge: the file must have a list \"cases\"")
    #expect(message(["challenge": 3, "cases": [[:]]])?.contains("\"answer\"") == true)
    #expect(message(changed("sizes", [2]))?.contains("cases[0].sizes must be") == true)
    #expect(message(changed("sizes", [2, 4, 1]))?.contains("w of 4×2, 1×4") == true)
    #expect(message(changed("X", [[1, 2], [3]]))?.contains("cases[0].X") == true)
    #expect(message(changed("X", [[1], [3]]))?.contains("X must be m×2") == true)
    #expect(message(changed("y", [[1e300], [0], [0], [0]]))?.contains("numbers must be") == true)
    #expect(throws: ChallengeError.self) { _ = try Challenges.number(6) }
    #expect(throws: ChallengeError.self) {
      _ = try Challenges.starter(of: challenge, sizes: [2, 1_000_000])
    }
  }
}
