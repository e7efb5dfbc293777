import ApusEngine
import ApusFormats
import ApusGraph
import ApusLayers
import Testing

/// A file of `Tests/Fixtures`, made by PyTorch and NumPy.
func fixture(_ name: String) throws -> Safetensors {
  let here = File.splitPath(#filePath).folder!
  return try Safetensors(decoding: File.read(File.splitPath(here).folder! + "/Fixtures/" + name))
}

extension Safetensors {
  func tensor(_ name: String) throws -> TensorData { try #require(self[name], "\(name)") }
}

/// Expects equal shapes and a largest difference of at most `tolerance` times the largest expected
/// value. NaN equals NaN, an infinity itself.
func expectClose(
  _ found: TensorData, _ expected: TensorData, tolerance: Double = 1e-12, _ what: String = "",
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  let (a, b) = (found.doubles(), expected.doubles())
  let scale = b.filter(\.isFinite).map(abs).max() ?? 0
  for index in a.indices where index < b.count {
    let same = a[index] == b[index] || (a[index].isNaN && b[index].isNaN)
    let isClose = abs(a[index] - b[index]) <= tolerance * Swift.max(scale, 1e-300)
    #expect(
      same || isClose, "\(what)[\(index)]: \(a[index]), expected \(b[index])",
      sourceLocation: sourceLocation)
  }
}

/// The text of the error that `body` throws.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch { return "\(error)" }
}

/// The largest difference between gradients by backpropagation and by central differences, divided
/// by the largest gradient; in Float64 with steps of 1e-5.
func gradientError(
  of loss: Tensor, at values: [(tensor: Tensor, value: TensorData)], fixed: [Tensor: TensorData]
) throws -> Double {
  let graph = loss.graph
  let slopes = graph.gradients(of: loss, with: values.map(\.tensor))
  var feeds = fixed
  for (tensor, value) in values { feeds[tensor] = value }
  let exact = try graph.evaluate(slopes, feeding: feeds).map { $0.doubles() }
  var (worst, largest) = (0.0, 0.0)
  for (position, (tensor, value)) in values.enumerated() {
    for index in 0..<value.count {
      func shifted(_ step: Double) throws -> Double {
        var numbers = value.doubles()
        numbers[index] += step
        feeds[tensor] = TensorData(numbers, shape: value.shape)
        return try #require(try graph.evaluate([loss], feeding: feeds)[0].scalar)
      }
      let numeric = (try shifted(1e-5) - shifted(-1e-5)) / 2e-5
      worst = max(worst, abs(numeric - exact[position][index]))
      largest = max(largest, abs(exact[position][index]))
    }
    feeds[tensor] = value
  }
  return worst / largest
}
