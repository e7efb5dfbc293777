import Testing

/// `apus draw` as a person or a script uses it.
struct DrawTests {
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  @Test func aGraphAsPictureAndAsDOT() throws {
    let result = try inFolder(
      """
      set -e
      "$APUS" draw graph "x*y + 1" --at x=2,y=3 --output a.svg 2>/dev/null
      "$APUS" draw graph "x*y + 1" --at x=2,y=3 --output b.svg 2>/dev/null
      cmp a.svg b.svg && echo equal
      "$APUS" draw graph "x*y + 1" --at x=2,y=3 --output a.dot && head -1 a.dot
      "$APUS" draw graph --preset deck003.xor --unit dense_1:2 --json | head -2 | tail -1
      "$APUS" draw graph --preset deck004.example --path "x1->h2" --output p.dot && head -1 p.dot
      "$APUS" draw graph --preset deck000.max --frame 2 --json | head -2 | tail -1
      "$APUS" draw network --input 2 --hidden 3 --output n.svg 2>/dev/null | head -c 49; echo
      "$APUS" explain "x*y + 1" --at x=2,y=3 --format svg | head -c 4
      """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(
      result.output == """
        F = 7 after 2 operations. The largest gradient among the parameters is ∂F/∂x = 3.
        F = 7 after 2 operations. The largest gradient among the parameters is ∂F/∂x = 3.
        equal
        digraph "Computation of x*y + 1" {
          "title": "Unit 2 of dense_1, deck003.xor",
        digraph "Paths from w(x1→h2) to L, of deck004.example" {
          "title": "Computation of deck000.max, frame 2 of 8",
        13 parameters: 9 weights and 4 biases. The widest
        <svg
        """)
    #expect(result.messages == "graph: a.dot\ngraph: p.dot\n")
  }

  @Test(arguments: [
    ("draw graph \"x*y\" --at x=2,y=3 --frame 3", "this picture has 2 frames"),
    ("draw graph", "name an expression"),
    ("draw graph \"x*y\" --at x=2,y=3 --output a.gif", "ends in .svg"),
    ("draw graph --preset deck004.exampel", "deck004.example"),
    ("draw graph \"x*y\" --at x=[1,2],y=[3,4] --path x1", "paths lead to one number"),
    ("draw graph --preset deck004.example --path x9", "there is no parameter"),
    ("draw graph --preset deck003.mnist --path dense_1[3,5]", "too many for a picture"),
    ("draw graph --preset deck003.mnist --path dense_3[3,5] --layer dense_1", "beside --path"),
    ("draw graph --preset deck003.mnist --unit dense_1:99", "there is no unit 99"),
    ("draw graph --preset deck003.mnist --unit dense_1:1 --frame 3", "beside --unit"),
    ("draw graph \"x*y\" --at x=2,y=3 --unit dense_1:1", "this is none"),
    ("draw grph", "draw graph"),
    ("draw network", "name an expression"),
    ("draw network --input 2 --mode value", "--mode is of a row"),
    ("draw network --input 16000000 --hidden 16000000", "give smaller layers"),
    ("explain \"x*y\" --at x=2,y=3 --frame 1", "--format svg"),
  ]) func mistakesAreNamed(_ arguments: String, _ expected: String) throws {
    let result = try Tool.run(arguments)
    #expect(result.exitCode == 64)
    #expect(result.messages.contains(expected), "\(result.messages)")
    #expect(result.output.isEmpty)
  }
}
