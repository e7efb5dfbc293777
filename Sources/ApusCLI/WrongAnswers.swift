internal import Apus

/// Not all answers of a challenge or a worksheet are right.
struct WrongAnswers: DiagnosableError {
  let right: Int
  let answers: Int

  var kind: ErrorKind { .other }
  var description: String { "\(answers - right) of \(answers) answers are not right yet" }
}
