import ApusFormats
import Testing

/// `bench` as a person or a script uses it; the times themselves are no test.
struct BenchTests {
  private func workloads(_ arguments: String) throws -> [JSON] {
    let result = try Tool.run("bench \(arguments) --seconds 0.02 --json")
    #expect(result.exitCode == 0, "\(result.messages)")
    return try JSON(parsing: result.output)["workloads"]?.elements ?? []
  }

  @Test(arguments: ["mlp-small", "online", "tiny", "infer-1", "infer-256"])
  func aWorkloadKeepsItsContract(name: String) throws {
    let measured = try workloads("\(name) --threads 1")
    #expect(measured.map { $0["workload"]?.stringValue } == [name])
    for key in ["us_per_step", "samples_per_s", "gflops", "limit_us", "ratio_to_limit"] {
      #expect((measured[0][key]?.doubleValue ?? 0) > 0, "\(key)")
    }
    #expect(measured[0]["threads"]?.intValue == 1)
    #expect(measured[0]["precision"]?.stringValue == "f32")
    #expect((measured[0]["repeats"]?.intValue ?? 0) >= 3)
    if !name.hasPrefix("infer") {
      #expect((measured[0]["check"]?["loss"]?.doubleValue ?? 0) > 0)
      #expect((measured[0]["plan_ms"]?.doubleValue ?? 0) > 0)
    }
    #expect(["dnnl_sgemm", "own"].contains(measured[0]["limit_by"]?.stringValue))
  }

  @Test func figuresBelongTogether() throws {
    let row = try #require(try workloads("mlp-small").first)
    let seconds = try #require(row["us_per_step"]?.doubleValue) / 1e6
    let rate = try #require(row["samples_per_s"]?.doubleValue)
    #expect(abs(rate * seconds / 32 - 1) < 1e-9)
    // Forward and weight gradients of three layers, input gradients of two.
    let flops = 2.0 * 32 * Double(2 * (784 * 30 + 30 * 30 + 30 * 10) + 30 * 30 + 30 * 10)
    let gigaflops = try #require(row["gflops"]?.doubleValue)
    #expect(abs(gigaflops * 1e9 * seconds / flops - 1) < 1e-9)
    let ratio = try #require(row["ratio_to_limit"]?.doubleValue)
    let limit = try #require(row["limit_us"]?.doubleValue) / 1e6
    #expect(abs(ratio * limit / seconds - 1) < 1e-9)
  }

  @Test func severalComeInTheOrderOfTheTable() throws {
    let names = try workloads("online mlp-small").map { $0["workload"]?.stringValue }
    #expect(names == ["mlp-small", "online"])
  }

  @Test func startupIsTwoProcesses() throws {
    let parts = try workloads("startup").map { $0["part"]?.stringValue }
    #expect(parts == ["--version", "XOR"])
  }

  @Test func aTableForPeople() throws {
    let result = try Tool.run("bench tiny --seconds 0.02")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2, "\(result.messages)")
    #expect(lines.first?.hasPrefix("workload") == true)
    #expect(lines.last?.hasPrefix("tiny") == true)
  }

  @Test func halfPrecisionSaysWhenItCannotRun() throws {
    let result = try Tool.run("bench tiny --precision bf16 --seconds 0.02 --json")
    #expect(result.exitCode == 0)
    let report = try JSON(parsing: result.output)
    // All products of this network are small.
    let tiny = try #require(report["workloads"]?.elements?.first)
    #expect(tiny["precision"]?.stringValue == "f32")
    #expect(tiny["bf16_products"]?.intValue == 0)
    let doctor = try JSON(parsing: try Tool.run("doctor --json").output)
    let hasIt = doctor["bfloat16"]?.boolValue == true
    #expect(result.messages.contains("this is f32") != hasIt)
    #expect((report["note"]?.stringValue == nil) == hasIt)
  }

  @Test func scaleWritesALineForEveryNetwork() throws {
    let result = try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      "$APUS" scale --largest 16 --seconds 0.01 --threads 1 --csv s.csv >table || exit 1
      cat s.csv; grep -c bend table
      "$APUS" scale --csv s.csv; echo $?
      """)
    let lines = result.output.split(separator: "\n")
    // One width, five batches, five depths; three tables; a refusal to overwrite.
    #expect(lines.suffix(2) == ["3", "64"], "\(result.messages)")
    let rows = lines.dropLast(2).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      rows.map { "\($0[0]) \($0[1])" }.dropFirst() == [
        "width 16", "batch 1", "batch 2", "batch 4", "batch 8", "batch 16", "depth 1", "depth 2",
        "depth 4", "depth 8", "depth 16",
      ])
    #expect(rows.dropFirst().allSatisfy { $0.count == 8 && (Double($0[3]) ?? 0) > 0 })
    #expect(rows.filter { !$0[7].isEmpty }.count == 7)
  }

  @Test func mistakesAreExplained() throws {
    let unknown = try Tool.run("bench mlp-smal")
    #expect(unknown.exitCode == 64)
    #expect(unknown.messages.contains("Did you mean \"mlp-small\"?"))
    let noFolder = try Tool.run("bench mlp-small --data /nowhere")
    #expect(noFolder.exitCode != 0 && noFolder.messages.contains("/nowhere"))
    for words in ["--seconds 0", "--threads 0", "--seconds nan"] {
      #expect(try Tool.run("bench tiny \(words)").exitCode == 64)
    }
  }
}
