import ApusFormats
import Testing

/// `apus diagnose`, and what `apus train` says about the health of a run.
struct DiagnoseTests {
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  @Test func aHealthyRunSaysSo() throws {
    let result = try inFolder(
      """
      "$APUS" train digits --epochs 4 --run-dir run >/dev/null 2>messages
      grep -c 'health healthy' messages
      "$APUS" diagnose run && "$APUS" diagnose run/model.safetensors digits
      """)
    let line = "healthy: none of 14 rules found a problem.\n"
    #expect(result.output == "1\n" + line + line, "\(result.messages)")
    #expect(result.exitCode == 0)
  }

  @Test func anIllRunSaysWhatToTry() throws {
    let result = try inFolder(
      """
      "$APUS" train wine --standardize off --activation tanh --epochs 2 --run-dir run --quiet \
        >/dev/null
      "$APUS" diagnose run --json
      """)
    #expect(result.messages.contains("health inputs_not_scaled: the feature"))
    #expect(result.messages.contains("Try: --standardize on"))
    let json = try JSON(parsing: result.output)
    #expect(json["healthy"]?.boolValue == false)
    let rules = json["findings"]?.elements?.compactMap { $0["rule"]?.stringValue } ?? []
    #expect(rules.contains("inputs_not_scaled") && rules.contains("saturated_units"))
  }

  @Test func aRunThatBreaksOffLeavesItsFindings() throws {
    let result = try inFolder(
      """
      "$APUS" train diabetes --optimizer sgd --learning-rate 1e20 --run-dir run >/dev/null
      echo $?; "$APUS" diagnose run
      """)
    #expect(result.output.hasPrefix("1\nfirst_bad_number: the loss became"), "\(result.output)")
    #expect(result.messages.contains("apus: the loss became"))
  }

  @Test func nobodyHasToWatch() throws {
    let result = try inFolder(
      """
      "$APUS" train xor --epochs 3 --run-dir run --no-health >/dev/null; ls run
      "$APUS" diagnose run; echo $?
      """)
    #expect(!result.output.contains("health.json") && !result.messages.contains("health h"))
    #expect(result.output.hasSuffix("1\n") && result.messages.contains("without --no-health"))
  }

  @Test(arguments: [
    ("diagnose", 64, "RUN|MODEL is missing"),
    ("diagnose nowhere", 1, "there is no such file"),
    ("diagnose m.safetensors", 64, "DATA is missing"),
    ("diagnose bad", 65, "holds no facts"),
  ])
  func mistakesAreExplained(words: String, code: Int32, explanation: String) throws {
    let result = try inFolder(
      """
      mkdir bad; echo '{}' >bad/health.json; : >m.safetensors
      "$APUS" \(words)
      """)
    #expect(result.exitCode == code, "\(result.messages)")
    #expect(result.messages.contains(explanation), "\(result.messages)")
    #expect(result.output.isEmpty)
  }
}
