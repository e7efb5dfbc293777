import ApusGraph
import Testing

@Test func opsSayThemselvesWhetherTheyAreLeaves() throws {
  let graph = Graph()
  let (x, w) = (graph.input("x"), graph.parameter("w"))
  let f = relu(w * x)
  #expect(x.op?.leaf?.label == "x" && w.op?.leaf?.label == "w")
  #expect(w.op?.variable?.path == "w")
  #expect(x.op?.variable == nil)
  #expect(f.op?.leaf == nil && f.op?.variable == nil)
}

@Test func everyOpSaysWhatTheRuntimeSays() {
  for op in OpList.primitives {
    for example in op.examples {
      guard let op = example.op as? any Primitive else { continue }
      #expect((op.leaf != nil) == (op is any Leaf))
      #expect((op.variable != nil) == (op is any Variable))
    }
  }
}
