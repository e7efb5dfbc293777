import ApusEngine
import ApusGraph
import Testing
import _ApusTestKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Nothing recurses over the depth of a graph: 10,000 layers within a stack of 512 KB.
@Suite struct DeepGraphTests {
  @Test func tenThousandLayersWorkOnASmallStack() throws {
    let outcome = onSmallStack { try Self.exercise(layers: 10_000) }
    #expect(try outcome.get() == "done")
  }

  private static func exercise(layers: Int) throws -> String {
    var graph = Optional(Graph())
    guard let built = graph else { return "" }
    let x = built.input("x", [.n, 2], dtype: .float64)
    let w = built.parameter("w", [2, 2], dtype: .float64)
    var h = x
    for layer in 0..<layers {
      h = BuildSite.inScope("dense_\(layer)") {
        let bias = built.parameter("dense_\(layer).bias", [2], dtype: .float64)
        return tanh(matmul(h, w) + bias)
      }
    }
    let loss = square(softmax(h)).mean()
    let slope = built.gradient(of: loss, with: w)
    let curvature = built.gradient(of: (slope * slope).sum(), with: x)
    let program = try Program(
      built, outputs: [("loss", loss), ("curvature", curvature)], updates: [(w, w - slope)])
    try program.verify()
    guard try Program(parsing: program.text()) == program else { return "reads back differently" }
    let simpler = try program.transformed(
      by: [
        CommonSubexpressions(), Simplify(), ConstantFolding(), DeadNodes(),
        Retype(.float64, to: .float32),
      ], verifying: true)
    let result = try ReferenceEngine().outputs(
      of: simpler, inputs: [TensorData([0.5, -1.0], shape: [1, 2])],
      variables: ["w": TensorData([0.9, 0.1, -0.2, 0.8], shape: [2, 2])])
    guard result.outputs[0].scalar?.isFinite == true else { return "not finite" }
    graph = nil
    return "done"
  }
}

/// Runs a closure on a thread with a stack of 512 KB.
private func onSmallStack(
  _ body: @escaping @Sendable () throws -> String
) -> Result<String, any Error> {
  final class Job {
    let body: @Sendable () throws -> String
    var result: Result<String, any Error> = .success("never ran")
    init(_ body: @escaping @Sendable () throws -> String) { self.body = body }
  }
  let job = Job(body)
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, 512 << 10)
  var thread = pthread_t()
  let created = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument else { return nil }
      let job = Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue()
      job.result = Result { try job.body() }
      return nil
    }, Unmanaged.passUnretained(job).toOpaque())
  guard created == 0 else { return .success("no thread") }
  pthread_join(thread, nil)
  return job.result
}
