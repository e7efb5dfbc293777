import ApusFormats
import Testing

/// What scripts rely on: exit codes, and what goes to which stream.
struct ContractTests {
  @Test func helpGoesToStandardOutput() throws {
    for words in ["", "--help", "-h", "help"] {
      let result = try Tool.run(words)
      #expect(result.exitCode == 0)
      #expect(result.messages.isEmpty)
      #expect(result.output.contains("Usage: apus SUBCOMMAND …"))
    }
  }

  @Test func everySubcommandExplainsItself() throws {
    let overview = try Tool.run("help").output.split(separator: "\n")
    let start = try #require(overview.firstIndex(of: "Subcommands:"))
    let names = overview[(start + 1)...].prefix { $0 != "Options:" }
      .compactMap { $0.split(separator: " ").first }
    #expect(names.contains("doctor"))
    for name in names {
      let page = try Tool.run("help \(name)")
      #expect(page.exitCode == 0)
      #expect(try Tool.run("\(name) --help").output == page.output)
      let examples = try #require(page.output.firstRange(of: "Examples:")).lowerBound
      let usage = try #require(page.output.firstRange(of: "Usage: apus \(name)")).lowerBound
      #expect(examples < usage, "\(name): examples come first")
      #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(name)")
    }
  }

  @Test func aPageOfHelp() throws {
    let expected = """
      Show what Apus finds on this machine: processor, threads, engine, versions.

      Examples:
        apus doctor         for people
        apus doctor --json  for scripts and bug reports

      Usage: apus doctor [options]

      Options:
        --json  Print one JSON object.
        --help  Show this page.

      """
    #expect(try Tool.run("help doctor").output == expected)
  }

  @Test func version() throws {
    let result = try Tool.run("--version")
    #expect(result.exitCode == 0)
    #expect(result.output.wholeMatch(of: #/apus \d+\.\d+\.\d+\n/#) != nil)
  }

  @Test(arguments: [
    ("docter", "there is no subcommand \"docter\". Did you mean \"doctor\"?"),
    ("help completion", "Did you mean \"completions\"?"),
    ("--versoin", "there is no option \"--versoin\". Did you mean \"--version\"?"),
    ("doctor --jsn", "there is no option \"--jsn\". Did you mean \"--json\"?"),
    ("doctor --json=yes", "--json takes no value"),
    ("doctor --json --json", "--json is given twice"),
    ("doctor twice", "nothing is expected where \"twice\" stands"),
    ("completions", "SHELL is missing"),
    ("completions bsh", "expected one of bash, zsh, fish; found \"bsh\". Did you mean \"bash\"?"),
    ("completions ''", "SHELL: expected one of"),
  ])
  func mistakesAreExplained(words: String, explanation: String) throws {
    let result = try Tool.run(words)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.messages.contains(explanation), "\(result.messages)")
    #expect(result.messages.contains("Try \"apus"))
    #expect(!result.messages.contains("\u{1B}"), "no colour where there is no terminal")
  }

  @Test func outputThatCannotBeWrittenIsAnError() throws {
    let full = try Tool.run("help >/dev/full")
    #expect(full.exitCode == 1)
    #expect(full.messages.contains("no space is left"))
    let closed = try Tool.run("help >&-")
    #expect(closed.exitCode == 1)
    #expect(closed.messages.contains("cannot write \"standard output\""))
    let silent = try Tool.run("help >/dev/full 2>&-")
    #expect(silent.exitCode == 1)
  }

  @Test func aReaderThatGoesAwayIsNoNews() throws {
    let result = try Tool.shell(
      "(trap '' PIPE; sleep 0.2; \"$APUS\" help; echo \"code $?\" >&2) | exec true")
    #expect(result.messages == "code 1\n")
  }

  @Test func doctorCountsThreads() throws {
    let result = try Tool.run("doctor --json")
    #expect(result.exitCode == 0)
    #expect(result.messages.isEmpty)
    let report = try JSON(parsing: result.output)
    #expect((report["threads"]?.intValue ?? 0) >= 1)
    #expect(report["processor"]?.stringValue?.isEmpty == false)
  }

  @Test func dataSetsAreListedAndDescribed() throws {
    let list = try JSON(parsing: Tool.run("datasets --json").output)
    #expect(list.elements?.contains { $0["name"]?.stringValue == "iris" } == true)
    let iris = try JSON(parsing: Tool.run("datasets iris --json").output)
    #expect(iris["rows"]?.intValue == 150)
    #expect(iris["features"]?.intValue == 4)
    #expect(try Tool.run("datasets iris").output.contains("classification"))
    let typo = try Tool.run("datasets irsi")
    #expect(typo.exitCode == 64)
    #expect(typo.messages.contains("Did you mean \"iris\"?"))
  }

  @Test func affinityLimitsTheThreads() throws {
    let result = try Tool.shell("taskset -c 0 \"$APUS\" doctor --json")
    #expect(try JSON(parsing: result.output)["threads"]?.intValue == 1)
  }

  @Test func completionsAreAcceptedByBash() throws {
    let result = try Tool.shell(
      """
      eval "$("$APUS" completions bash)"
      COMP_WORDS=(apus do) COMP_CWORD=1; _apus; echo "${COMPREPLY[@]}"
      COMP_WORDS=(apus doctor --j) COMP_CWORD=2; _apus; echo "${COMPREPLY[@]}"
      COMP_WORDS=(apus completions z) COMP_CWORD=2; _apus; echo "${COMPREPLY[@]}"
      """)
    #expect(result.output == "doctor\n--json\nzsh\n")
    #expect(result.messages.isEmpty)
  }

  @Test(arguments: ["zsh", "fish"]) func completionsNameEverything(shell: String) throws {
    let script = try Tool.run("completions \(shell)").output
    for name in ["doctor", "completions", "json", "bash zsh fish"] {
      #expect(script.contains(name), "\(shell): \(name)")
    }
  }
}
