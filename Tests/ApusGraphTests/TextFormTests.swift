import ApusGraph
import Testing

@Suite struct TextFormTests {
  /// One of everything that the grammar has.
  private static func sample() throws -> Program {
    let graph = Graph()
    let x = graph.input("x \"quoted\\\u{7}", [.n, 3])
    let w = graph.parameter("dense_1.weight", [2, 3])
    let step = graph.state("step", dtype: .int32)
    let h = BuildSite.inScope("dense_1") { matmul(x, w, transposeB: true) }
    let numbers = graph.constant(TensorData([1.5, .nan, -0.0, .infinity, .leastNonzeroMagnitude]))
    let flags = graph.constant(TensorData([true, false]))
    let brain = graph.constant(TensorData([1.5, -2]).converted(to: .bfloat16))
    let y = softmax(clip(h, -.infinity, 0.1).transposed().transposed())
    let loss = y.mean([0, 1])
    let slope = graph.gradient(of: loss, with: w)
    let key = graph.constant(TensorData([1, 2, 3, 4] as [Int32]))
    let mask = bernoulli(0.5, [.n, 2], stream: .dropout, key: key)
    return try Program(
      graph,
      outputs: [
        ("loss", loss), ("slope", slope), ("numbers", numbers), ("flags", flags),
        ("brain", brain), ("mask", mask),
      ], updates: [(w, w - 0.1 * slope), (step, step)])
  }

  @Test func aProgramReadsBackEqual() throws {
    let program = try Self.sample()
    try program.verify()
    #expect(try Program(parsing: program.text()) == program)
    let bare = try Program(parsing: program.text(withLocations: false))
    #expect(bare.text() == program.text(withLocations: false))
    #expect(bare.graph.nodes.allSatisfy { $0.location == nil })
  }

  @Test(arguments: [
    ("", 1, 1, "expected 'apus-graph 1', found an empty text"),
    ("graph 1\n", 1, 1, "expected 'apus-graph'"),
    ("apus-graph 2\n", 1, 13, "version 1 is supported, found 2"),
    ("apus-graph 1\n%1 = literal", 2, 4, "expected the node %0, found %1"),
    ("apus-graph 1\n%0 = litteral {value: 1.0}", 2, 15, "there is no op 'litteral'"),
    (
      "apus-graph 1\n%0 = literal {value: 1.0} : float32[]", 2, 27,
      "the attributes must be {value, dtype}, found {value}"
    ),
    (
      "apus-graph 1\n%0 = literal {value: 1.0, dtype: float31} : float32[]", 2, 41,
      "found 'float31'"
    ),
    ("apus-graph 1\n\n%0 = negate(%0) : float32[]", 3, 15, "%0 is used before it is defined"),
    ("apus-graph 1\nreturn \"y: %0", 2, 14, "expected '\"'"),
    ("apus-graph 1\nreturn \"y\": %0", 2, 15, "%0 is used before it is defined"),
    ("apus-graph 1\nupdate %x", 2, 10, "expected an integer, found 'x'"),
    (
      "apus-graph 1\n%0 = constant {data: float32[2]{1.0}} : float32[2]", 2, 37,
      "expected the numbers of float32[2], found 1"
    ),
  ])
  func errorsNameLineAndColumn(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: GraphTextError.self) { try Program(parsing: text) }
    #expect(error?.message.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.line == line)
    #expect(error?.column == column, "\(error?.description ?? "")")
  }

  /// Whatever a damaged text is, it throws or gives a program that is well formed and prints.
  @Test func damagedTextsThrowOrVerify() throws {
    let original = Array(try Self.sample().text().utf8)
    var random = RandomStream(seed: 1, purpose: .generate)
    let interesting = Array("0123456789-[]<>{}(),:%\"\\ NTn.e+@#=\n".utf8)
    var accepted = 0
    for _ in 0..<6000 {
      var bytes = original
      for _ in 0...random.integer(below: 3) {
        let place = random.integer(below: bytes.count)
        switch random.integer(below: 5) {
        case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
        case 1: bytes[place] = interesting[random.integer(below: interesting.count)]
        case 2: bytes.insert(interesting[random.integer(below: interesting.count)], at: place)
        case 3: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(place + random.integer(below: 40), bytes.count))
        }
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      if let program = try? Program(parsing: text) {
        accepted += 1
        try program.verify()
        #expect(try Program(parsing: program.text()) == program)
      }
    }
    #expect(accepted > 100)
  }

  @Test func everyTruncationThrowsOrVerifies() throws {
    let text = try Self.sample().text()
    for end in stride(from: 0, to: text.utf8.count, by: 7) {
      let cut = String(decoding: text.utf8.prefix(end), as: UTF8.self)
      if let program = try? Program(parsing: cut) { try program.verify() }
    }
  }

  @Test func numbersThatOverflowAreRefused() {
    for shape in ["<9999999999999999999>", "<999999999999999999, 999999999999999999>", "<-1>"] {
      let text =
        "apus-graph 1\n%0 = literal {value: 1.0, dtype: float32} : float32[]\n"
        + "%1 = reshape(%0) {shape: \(shape)} : float32[1]\n"
      #expect(throws: (any Error).self) { try Program(parsing: text) }
    }
    let slice =
      "apus-graph 1\n%0 = constant {data: float32[2]{1.0, 2.0}} : float32[2]\n%1 = slice(%0) "
      + "{starts: [0], limits: [2], strides: [9223372036854775807]} : float32[1]\n"
    #expect(throws: Never.self) { try Program(parsing: slice) }
  }
}
