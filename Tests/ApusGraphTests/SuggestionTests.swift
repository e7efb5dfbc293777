import ApusGraph
import Testing

@Test(arguments: [
  ("rleu", "relu"), ("Iris", "iris"), ("digts", "digits"), ("breast_cancr", "breast_cancer"),
])
func aTypoFindsItsName(typo: String, name: String) {
  #expect(closestMatch(to: typo, in: ["iris", "digits", "relu", "breast_cancer"]) == name)
}

@Test func aStrangerFindsNothing() {
  #expect(closestMatch(to: "banana", in: ["iris", "digits"]) == nil)
  #expect(closestMatch(to: "", in: ["iris"]) == nil)
  // A beginning means the only candidate that has it.
  #expect(closestMatch(to: "eval", in: ["evaluate", "explain"]) == "evaluate")
  #expect(closestMatch(to: "breast", in: ["iris", "breast_cancer", "breast_screen"]) == nil)
  #expect(closestMatch(to: "ir", in: ["irregular"]) == nil)
  #expect(didYouMean("irs", in: ["iris"]) == "Did you mean \"iris\"?")
}
