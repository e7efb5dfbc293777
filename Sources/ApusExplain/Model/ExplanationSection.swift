/// The parts of an explanation, in their order. Each can be asked for alone.
public enum ExplanationSection: String, Hashable, Sendable, CaseIterable {
  case header, shapes, forward, loss, backward, parameters, step, remarks
}
