#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

@main
enum Main {
  static func main() {
    FileDescriptor.occupyClosedOnes()
    Interruption.ignoreClosedPipes()
    let session = Session(output: Output(), messages: Messages())
    let words = Array(CommandLine.arguments.dropFirst())
    exit(Application(session: session).run(words).rawValue)
  }
}
