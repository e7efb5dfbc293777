/// The parts of an explanation, in their order. Each can be asked for alone.
public enum ExplanationSection: String, Hashable, Sendable, CaseIterable {
  case header, shapes, forward, loss, backward
  /// What each row of a batch adds; empty for one row.
  case rows
  case parameters, step, remarks
}
