import CKernels
import Glibc
import Testing

/// SwiftPM compiles C with -O2 and no flags of ours, where a loop silently loses its vectors when it is written
/// differently (measured: sums 33 times slower, exp 12 times). So the machine code itself is looked at.
@Suite struct WideRegisterTests {
  private static let loops = [
    "loop_exp", "loop_log", "loop_tanh", "loop_mul", "loop_select", "loop_relu", "row_sum",
    "row_max", "direct_6_2",
    "direct_8_1", "run_block", "blocked", "reduce", "moments",
  ]

  /// The output of a shell command.
  private func output(_ command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func hotLoopsUseThem() {
    #if arch(x86_64)
    guard !output("command -v objdump").isEmpty else {
      print("skipped: no objdump (package binutils) to look at the loops with")
      return
    }
    let widest = cpuFeatures.contains("wide_on_avx2") ? "%ymm" : "%zmm"
    for (level, register) in [("avx2", "%ymm"), ("avx512", widest)] {
      for type in ["f32", "f64"] {
        for loop in Self.loops {
          let name = "\(loop)_\(type)_\(level)"
          let code = output(
            "objdump -d --no-show-raw-insn --disassemble=\(name) /proc/\(getpid())/exe")
          let wide = code.split(separator: "\n").filter { $0.contains(register) }.count
          #expect(wide >= 3, "\(name) has \(wide) instructions with \(register) registers")
        }
      }
    }
    #endif
  }
}
