public import ApusFormats
import ApusGraph

/// One of the five programming tasks of lecture deck 003: what to do, the data to do it with, and how
/// an answer is marked.
public protocol Challenge: Sendable {
  var number: Int { get }
  var title: String { get }
  /// The task in lines that fit 80 columns.
  var task: [String] { get }
}

/// What a challenge does with a case; kept apart, because cases are not public.
protocol MarkedChallenge: Challenge {
  /// Members of a case that are not shown, because they are the answer.
  var hidden: Set<String> { get }
  /// The fields to fill in, with null or what is given along with them.
  func blanks(for given: ChallengeCase) -> [JSON.Member]
  func marks(of answer: JSON, for given: ChallengeCase, at place: String) throws -> [AnswerMark]
}

/// The five challenges, what they hand out and how they are marked.
///
/// ```swift
/// let challenge = try Challenges.number(3)
/// let starter = try Challenges.starter(of: challenge, sizes: [2, 3, 1], seed: 0)
/// let marks = try Challenges.marks(of: answers, for: challenge)
/// ```
public enum Challenges {
  public static let all: [any Challenge] = marked

  private static let marked: [any MarkedChallenge] = [
    InitialisationChallenge(), SigmoidChallenge(), ForwardPassChallenge(),
    GradientEstimatorChallenge(), GradientStepChallenge(),
  ]

  /// Without sizes of one's own: the lecture's network, and one with more layers and outputs.
  public static let usualSizes = [[2, 3, 1], [3, 4, 2, 2]]

  /// - Throws: ``ChallengeError`` when there is none of this number.
  public static func number(_ number: Int) throws(ChallengeError) -> any Challenge {
    guard let challenge = all.first(where: { $0.number == number }) else {
      throw ChallengeError(
        "there are challenges 1 to \(all.count), not \(number)", kind: .usage)
    }
    return challenge
  }

  /// The JSON that a student fills in: `{"challenge", "cases": [{…, "answer": {…}}]}`.
  ///
  /// - Throws: ``ChallengeError`` when the sizes are no network.
  public static func starter(
    of challenge: any Challenge, sizes: [Int]? = nil, seed: UInt64 = 0
  ) throws(ChallengeError) -> JSON {
    guard let marked = challenge as? any MarkedChallenge else { return .null }
    var networks = usualSizes
    if let sizes { networks = [try ChallengeCase.sizes(sizes, at: "sizes", kind: .usage)] }
    let cases = networks.map { sizes -> JSON in
      let given = ChallengeCase(sizes: sizes, seed: seed)
      let shown = given.json.filter { !marked.hidden.contains($0.name) }
      return .object(shown + [.init("answer", .object(marked.blanks(for: given)))])
    }
    return ["challenge": .integer(challenge.number), "cases": .array(cases)]
  }

  /// Marks every answer of a filled-in starter.
  ///
  /// - Throws: ``ChallengeError`` when the file is no starter of this challenge.
  public static func marks(of json: JSON, for challenge: any Challenge) throws -> [AnswerMark] {
    guard let marked = challenge as? any MarkedChallenge else { return [] }
    guard json["challenge"]?.intValue == challenge.number else {
      throw ChallengeError(
        "the file must have \"challenge\": \(challenge.number); "
          + "apus challenge \(challenge.number) --starter prints one to fill in")
    }
    guard let cases = json["cases"]?.elements, !cases.isEmpty else {
      throw ChallengeError("the file must have a list \"cases\"")
    }
    return try cases.enumerated().flatMap { index, json in
      let place = "cases[\(index)]"
      guard let answer = json["answer"] else {
        throw ChallengeError("\(place) has no \"answer\"")
      }
      let given = try Self.given(json, at: place, without: marked.hidden)
      return try marked.marks(
        of: answer, for: given, at: "case \(index + 1) (\(given.name))")
    }
  }

  /// Members that the challenge hides are those of a drawn case of the same sizes.
  private static func given(
    _ json: JSON, at place: String, without hidden: Set<String>
  ) throws(ChallengeError) -> ChallengeCase {
    guard !hidden.isEmpty else { return try ChallengeCase(json: json, at: place) }
    return ChallengeCase(
      sizes: try ChallengeCase.sizes(json["sizes"]?.intValues, at: "\(place).sizes"), seed: 0)
  }
}
