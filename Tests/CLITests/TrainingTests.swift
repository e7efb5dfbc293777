import ApusFormats
import Testing

/// `train`, `evaluate`, `predict` and `summary` as a person or a script uses them.
struct TrainingTests {
  /// Runs a script in a new folder that is removed afterwards.
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  @Test func theReportKeepsItsContract() throws {
    let result = try inFolder("\"$APUS\" train digits --epochs 8 --json --quiet")
    #expect(result.exitCode == 0)
    #expect(result.messages.isEmpty)
    let report = try JSON(parsing: result.output)
    #expect(report["dataset"]?.stringValue == "digits")
    #expect(report["rows"]?["train"]?.intValue == 1_438)
    #expect(report["rows"]?["validation"]?.intValue == 0)
    #expect(report["rows"]?["test"]?.intValue == 359)
    #expect(report["parameters"]?.intValue == 17_226)
    #expect(report["seed"]?.intValue == 0)
    #expect(report["epochs"]?.intValue == 8)
    #expect((report["test"]?["accuracy"]?.doubleValue ?? 0) > 0.9)
    #expect(report["train"]?["loss"]?.doubleValue != nil)
    for part in ["load", "train", "total"] {
      #expect((report["seconds"]?[part]?.doubleValue ?? -1) >= 0)
    }
    #expect((report["samples_per_second"]?.doubleValue ?? 0) > 0)
    #expect(report["engine"]?.stringValue == "fast")
    #expect((report["threads"]?.intValue ?? 0) >= 1)
    #expect(report["model"]?.stringValue == "runs/digits-1/model.safetensors")
  }

  @Test func equalSeedsGiveEqualBytesForAnyNumberOfThreads() throws {
    let result = try inFolder(
      """
      for threads in 1 1 2 3 8; do
        "$APUS" train digits --epochs 2 --quiet --threads $threads --force --output m.safetensors \
          >/dev/null || exit 1
        cksum <m.safetensors
      done | sort -u | wc -l
      """)
    #expect(result.output == "1\n", "\(result.messages)")
  }

  @Test func aStoppedTrainingGoesOnAsIfNothingHadHappened() throws {
    let result = try inFolder(
      """
      train="$APUS train digits --epochs 3 --quiet"
      $train --run-dir whole >/dev/null
      $train --run-dir parts --steps 70 >/dev/null
      $train --resume parts >/dev/null
      cmp whole/model.safetensors parts/model.safetensors && echo equal
      """)
    #expect(result.output == "equal\n", "\(result.messages)")
  }

  @Test func controlCSavesAndSaysHowToGoOn() throws {
    let result = try inFolder(
      """
      "$APUS" train digits --epochs 1000000 --run-dir run --output m.safetensors >/dev/null 2>log &
      until [ -s run/metrics.csv ]; do sleep 0.02; done
      kill -INT $!; wait $!; echo $?
      tail -n 1 log; ls m.safetensors run/state.safetensors
      """)
    #expect(
      result.output == """
        130
        To go on: apus train digits --epochs 1000000 --run-dir run --output m.safetensors --force \
        --resume run
        m.safetensors
        run/state.safetensors

        """, "\(result.messages)")
  }

  @Test func aModelMeasuresAndPredicts() throws {
    let result = try inFolder(
      """
      "$APUS" train iris --quiet --json --output m.safetensors >train.json
      "$APUS" evaluate m.safetensors iris --json
      """)
    let report = try JSON(parsing: result.output)
    #expect(report["part"]?.stringValue == "test")
    #expect(report["rows"]?.intValue == 30)
    #expect((report["accuracy"]?.doubleValue ?? 0) > 0.8)
    let predictions = try inFolder(
      """
      printf 'size,kind,price\\n' >t.csv
      for i in 1 2 3 4 5 6 7 8; do printf "$i,a,$((i * 10)).5\\n$i,b,$((i * 20)).5\\n"; done >>t.csv
      "$APUS" train t.csv --task regression --quiet --output m.safetensors >/dev/null || exit 1
      printf 'kind,size\\na,2\\nb,3\\n' | "$APUS" predict m.safetensors -
      """)
    let lines = predictions.output.split(separator: "\n")
    #expect(lines.first == "price", "\(predictions.messages)")
    #expect(lines.count == 3 && lines.dropFirst().allSatisfy { Double($0) != nil })
  }

  @Test func severalTargetColumnsAreLabels() throws {
    let result = try inFolder(
      """
      printf 'x,up,down\\n' >t.csv
      for i in 1 2 3 4 5 6 7 8 9; do printf "$i,1,0\\n-$i,0,1\\n"; done >>t.csv
      "$APUS" train t.csv --target up,down --quiet --learning-rate 0.05 --output m.safetensors \
        >/dev/null || exit 1
      printf 'x\\n5\\n-5\\n' | "$APUS" predict m.safetensors -
      """)
    #expect(result.output == "up,down\n1,0\n0,1\n", "\(result.messages)")
  }

  @Test func theTableOfTheLecture() throws {
    let result = try Tool.run("summary --input 784 --hidden 30,30 --output 10 --json")
    let report = try JSON(parsing: result.output)
    let counts = report["layers"]?.elements?.map { $0["parameters"]?.intValue ?? -1 }
    #expect(counts == [23_550, 0, 930, 0, 310, 0])
    #expect(report["parameters"]?.intValue == 24_790)
    #expect(report["non_trainable"]?.intValue == 0)
  }

  @Test(arguments: [
    ("train digits --optimizer adm", 64, "Did you mean \"adam\"?"),
    ("train digts", 64, "Did you mean \"digits\"?"),
    ("train digits --learning-rate 0", 64, "expected a number above 0"),
    ("train diabetes --loss softmax_cross_entropy", 64, "use mean_squared_error"),
    ("train digits --output-activation softmax --loss softmax_cross_entropy", 64, "twice"),
    ("train digits --hidden 16777216,16777216", 1, "bytes of memory"),
    ("train digits --target x", 64, "--target is for tables"),
    ("train digits --output nowhere/m.safetensors", 1, "there is no folder"),
    ("train t.csv --target pric", 64, "Did you mean \"price\"?"),
    ("train ragged.csv", 65, "row 2"),
    ("train empty.csv", 65, "empty"),
    ("evaluate t.csv digits", 65, "Is this a safetensors file?"),
    ("predict weights.safetensors digits", 65, "holds no network"),
    ("summary --input 10 --model big.json", 64, "use fewer units"),
    ("datasets fetch mnst", 64, "Did you mean \"mnist\"?"),
  ])
  func mistakesLeaveNothingBehind(words: String, code: Int32, explanation: String) throws {
    let result = try inFolder(
      """
      printf 'size,price\\n1,2\\n' >t.csv; printf 'a,b\\n1,2\\n3\\n' >ragged.csv; : >empty.csv
      printf '{"layers":[{"kind":"dense","units":9000000000000000000}]}' >big.json
      printf '\\002\\0\\0\\0\\0\\0\\0\\0{}' >weights.safetensors
      "$APUS" \(words); code=$?; [ -e runs ] && echo "a folder is left" >&2; exit $code
      """)
    #expect(result.exitCode == code, "\(result.messages)")
    #expect(result.messages.contains(explanation), "\(result.messages)")
    #expect(!result.messages.contains("a folder is left"))
    #expect(result.output.isEmpty)
  }

  @Test func aModelIsNeverOverwrittenUnasked() throws {
    let result = try inFolder(
      """
      echo precious >m.safetensors
      "$APUS" train digits --epochs 1 --quiet --output m.safetensors; echo $?; cat m.safetensors
      """)
    #expect(result.output == "64\nprecious\n")
    #expect(result.messages.contains("--force"))
  }
}
