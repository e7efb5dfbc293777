import Apus

@main
enum Main {
  static func main() {
    print("apus")
  }
}
