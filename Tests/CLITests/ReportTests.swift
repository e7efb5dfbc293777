import ApusFormats
import Testing

/// `apus report`: what a run leaves, as one document.
struct ReportTests {
  private func inFolder(_ script: String) throws -> Tool.Result {
    try Tool.shell(
      """
      folder=$(mktemp -d /tmp/apus-test-XXXXXX); trap 'rm -rf "$folder"' EXIT; cd "$folder"
      \(script)
      """)
  }

  private let training = """
    "$APUS" train digits --hidden 12 --epochs 3 --validation-split 0.1 --quiet --run-dir run \
      >trained || exit 9

    """

  @Test func everySectionIsThereWithTheNumbersOfTheRun() throws {
    let result = try inFolder(
      training + """
        "$APUS" report run >&2 && cat run/report.md
        grep -o '](report/[a-z-]*.svg)' run/report.md | tr -d '()]' | while read -r file; do
          head -c 4 "run/$file" | grep -q '<svg' && echo "linked $file"
        done
        sed 's/^/trained: /' trained
        grep -o '"date": "[^"]*"' run/config.json
        """)
    #expect(result.exitCode == 0, "\(result.messages)")
    #expect(result.messages == "report: run/report.md, 5 pictures in run/report\n")
    let lines = result.output.split(separator: "\n").map(String.init)
    let sections = lines.filter { $0.hasPrefix("#") }
    #expect(
      sections == [
        "# Training on digits", "## What was trained", "### The network", "## Curves", "## Results",
        "## Mistakes", "### The surest mistakes", "## Weights", "## Gradient flow", "## Health",
        "## How to use the model",
      ])
    for name in ["curves", "confusion", "mistakes", "weights", "gradient-flow"] {
      #expect(lines.contains("linked report/\(name).svg"))
    }
    let command =
      "apus train digits --hidden 12 --epochs 3 --validation-split 0.1 --quiet --run-dir run"
    #expect(lines.contains(command))
    #expect(lines.contains("apus evaluate run/model.safetensors digits"))
    #expect(lines.contains { $0.hasPrefix("Total params: 910") })
    let date = try #require(lines.last?.split(separator: "\"").last)
    #expect(date.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil, "\(date)")
    #expect(lines.contains("| date (UTC) | \(date) |"))
    #expect(lines.contains { $0.hasPrefix("| loss | softmax\\_cross\\_entropy, the ") })
    // What `apus train` printed: `test       loss 0.4  accuracy 0.9  (360 rows)`.
    for (part, words) in [("train", "training"), ("validation", "validation"), ("test", "test")] {
      let printed = try #require(lines.first { $0.hasPrefix("trained: \(part) ") })
      let numbers = printed.matches(of: #/[a-z0-9_]+ ([0-9.e-]+)  /#).map { String($0.1) }
      let row = try #require(lines.first { $0.contains(" \(words) rows of digits |") })
      let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      #expect(numbers.count >= 2 && Array(cells.dropFirst()) == numbers, "\(row)\n\(printed)")
    }
  }

  @Test func aRunHasOneReport() throws {
    let result = try inFolder(
      training + """
        "$APUS" report run >/dev/null && cp -r run first
        "$APUS" report run; echo "code $?"
        "$APUS" report run --force >/dev/null
        cmp run/report.md first/report.md && diff -r run/report first/report && echo same
        "$APUS" report run --output 'other name.md' >/dev/null && ls 'other name'
        grep -c '](other%20name/curves.svg)' 'other name.md'
        """)
    #expect(
      result.output
        == "code 64\nsame\nconfusion.svg\ncurves.svg\ngradient-flow.svg\nmistakes.svg\nweights.svg\n1\n",
      "\(result.output)")
    #expect(result.messages.contains("run/report.md") && result.messages.contains("--force"))
  }

  @Test func whatIsMissingIsSaid() throws {
    let result = try inFolder(
      """
      "$APUS" train diabetes --epochs 2 --no-health --quiet --run-dir numbers >/dev/null
      "$APUS" report numbers >/dev/null; cat numbers/report.md
      printf 'a,b,c\\n1,2,x\\n2,1,y\\n3,4,x\\n4,3,y\\n5,6,x\\n6,5,y\\n7,8,x\\n8,7,y\\n9,9,x\\n0,1,y\\n' >t.csv
      "$APUS" train t.csv --epochs 2 --quiet --run-dir table >/dev/null && mv t.csv u.csv
      "$APUS" report table && cat table/report.md
      "$APUS" report table u.csv --output again.md
      """)
    let output = result.output
    #expect(output.contains("The task is regression; right and wrong are of classes."))
    #expect(output.contains("## Health\n\nNot here: "))
    #expect(output.contains("report: table/report.md, 2 pictures in table/report\n"))
    #expect(output.contains("## Mistakes\n\nNot here: ") && output.contains("t.csv"))
    #expect(output.contains("report: again.md, "), "\(output) \(result.messages)")
    #expect(result.messages.isEmpty, "\(result.messages)")
  }

  @Test func errorsAreClear() throws {
    let result = try inFolder(
      """
      mkdir empty; "$APUS" report nowhere; echo $?; "$APUS" report empty; echo $?
      "$APUS" train xor --epochs 2 --quiet --run-dir run >/dev/null
      "$APUS" report run --output x.html; echo $?; "$APUS" report run nodata; echo $?
      "$APUS" report run --output no/x.md; echo $?; ls
      """)
    #expect(result.output == "1\n1\n64\n64\n1\nempty\nrun\n", "\(result.output)")
    for words in ["there is no such folder", "there is no config.json", "ends in .md", "nodata"] {
      #expect(result.messages.contains(words), "\(words) in \(result.messages)")
    }
  }
}
