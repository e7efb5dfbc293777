public import ApusEngine
public import ApusGraph

#if OneDNN
import ApusOneDNN
#endif

/// The one place that chooses how networks run.
public enum DefaultEngine {
  /// What runs when nobody asks for an engine.
  public static let engine: any Engine = fast()

  private static func fast() -> FastEngine {
    #if OneDNN
    // With vectors of 256 bits our own loops are as fast: see Documentation/Decisions/OneDNN.md.
    if Machine.instructionLevel == "avx512" { return OneDNN.engine() }
    return OneDNN.bfloat16Engine()
    #else
    return FastEngine()
    #endif
  }

  /// The version of oneDNN, such as `2.6.3`; nil when the package was built without it or the
  /// library cannot be loaded.
  public static var oneDNNVersion: String? {
    #if OneDNN
    OneDNN.version
    #else
    nil
    #endif
  }

  /// A [m, k] · B [k, n] by one-thread `dnnl_sgemm`, `times` times over: the yardstick of
  /// `apus bench`. False when there is no oneDNN.
  ///
  /// - Parameters:
  ///   - a: [m, k], or [k, m] when `transposesA`; float32.
  ///   - b: [k, n], or [n, k] when `transposesB`; float32.
  public static func multiplyByOneDNN(
    _ a: TensorData, transposesA: Bool = false, _ b: TensorData, transposesB: Bool = false,
    times: Int = 1
  ) -> Bool {
    #if OneDNN
    OneDNN.multiply(a, transposesA: transposesA, b, transposesB: transposesB, times: times) != nil
    #else
    false
    #endif
  }

  /// A [m, k] · B [k, n] in bfloat16 with float32 sums, by one-thread oneDNN: rounds and packs the
  /// operands, and gives what multiplies them so many times. Nil where there are no such products.
  ///
  /// - Parameters:
  ///   - a: [m, k], float32.
  ///   - b: [k, n], float32.
  public static func packedForBFloat16(
    _ a: TensorData, _ b: TensorData
  ) -> ((_ times: Int) -> Void)? {
    #if OneDNN
    guard let packed = PackedOperands(a, b, rounds: true) else { return nil }
    return { times in _ = packed.multiply(times: times) }
    #else
    nil
    #endif
  }

  /// `fast` or `reference`, for the command line and for files.
  public static let names = ["fast", "reference"]

  /// The engine of a name. Throws ``TrainingError`` with the nearest name.
  public static func named(_ name: String) throws -> any Engine {
    switch name {
    case "fast": return engine
    case "reference": return ReferenceEngine()
    default:
      throw TrainingError(
        "there is no engine \"\(name)\". "
          + (didYouMean(name, in: names) ?? "There are \(names.joined(separator: ", ")).")
      )
    }
  }
}
