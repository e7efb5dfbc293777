/// Explanations of networks and expressions: every value and every gradient with its formula, and
/// the proof that it is right.
public enum Explain {}
