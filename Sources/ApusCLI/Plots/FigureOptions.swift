internal import Apus
internal import ApusDrawing

/// Where a figure goes: a file, the terminal, a table, JSON. The same for every plot.
struct FigureOptions: Sendable {
  private let output = Option.optional(
    "output", .path.named("FILE"), shown: "the terminal",
    help: "Where the picture goes: .svg, .png, .pdf, .tex (TikZ) or .txt.")
  private let theme = Option(
    "theme", .name(of: ThemeChoice.allCases.map(\.rawValue)), default: "auto",
    help: "Of files; auto is an SVG that follows the reader's setting.")
  private let scale = Option(
    "scale", .positive, default: 2.0, help: "Pixels to the point in a PNG.")
  private let columns = Option.optional(
    "columns", .integer(in: 20...400), shown: "the terminal's, at most 120",
    help: "Width in characters.")
  private let table = Flag("table", help: "Print the numbers as a table instead of the picture.")
  private let json = Flag("json", help: "Print title, caption and numbers as JSON.")
  private let force = Flag("force", help: "Overwrite an existing file.")

  var arguments: [any Argument] { [output, theme, scale, columns, table, json, force] }

  /// What can be seen before any work is done: an ending that no format has, a file in the way.
  func check(_ parsed: ParsedArguments) throws {
    if parsed[table], parsed[json] {
      throw UsageError.conflict("--table and --json both choose what is printed; give one of them")
    }
    if let path = parsed[output] { try check(parsed, ofFile: path) }
  }

  func check(_ parsed: ParsedArguments, ofFile path: String) throws {
    _ = try PictureFormat(path: path)
    if !parsed[force], File.kind(path) != nil { throw FileError.exists(path) }
  }

  func theme(_ parsed: ParsedArguments) -> ThemeChoice {
    ThemeChoice(rawValue: parsed[theme]) ?? .auto
  }
  func overwrites(_ parsed: ParsedArguments) -> Bool { parsed[force] }

  func write(_ picture: Picture, to path: String, _ parsed: ParsedArguments) throws {
    try picture.write(
      to: path, theme: theme(parsed), scale: parsed[scale], overwriting: parsed[force])
  }

  func path(_ parsed: ParsedArguments) -> String? { parsed[output] }

  /// A file that is no picture.
  func write(_ bytes: [UInt8], _ parsed: ParsedArguments, _ session: Session) throws {
    guard let path = parsed[output] else { return }
    try File.write(bytes, to: path, overwriting: parsed[force])
    session.messages.print("graph: \(path)")
  }

  func show(_ figure: Figure, _ parsed: ParsedArguments, _ session: Session) throws {
    if let path = parsed[output] {
      try write(figure.picture, to: path, parsed)
      session.messages.print("picture: \(path)")
    }
    try tell(figure, parsed, session)
  }

  /// Numbers, caption or the picture in characters.
  func tell(_ figure: Figure, _ parsed: ParsedArguments, _ session: Session) throws {
    if parsed[json] {
      try session.output.print(figure.json.text(indented: true))
    } else if parsed[table] {
      try session.output.write(figure.table.text() + "\n")
      try session.output.print(figure.caption)
    } else if parsed[output] == nil {
      let width = parsed[columns] ?? min((FileDescriptor.output.width ?? 80) - 1, 120)
      let isColoured = Style.of(.output).isColoured
      try session.output.write(figure.terminalText(columns: width, isColoured: isColoured))
    } else {
      try session.output.print(figure.caption)
    }
  }
}
