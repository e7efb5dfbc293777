import ApusGraph

/// What is worth knowing about the numbers of an explanation.
enum Remarks {
  static func add(to explanation: inout Explanation, _ tape: Tape) {
    _ = tape
    if explanation.backward.isEmpty, let last = explanation.forward.last, last.value.scalar == nil {
      explanation.remarks.append(
        Remark(
          .note, rows: [last.number],
          "\(last.quantity.tensor) has \(tape.trace.numbers(tape.subject.result).count) numbers; "
            + "a gradient starts from one: write sum(…) around it"))
    }
  }
}
