/// The version of the tool and of what made it.
package enum Version {
  package static let text = "0.1.0"

  /// The compiler's version as far as it can be asked at compile time.
  package static var compiler: String {
    #if compiler(>=6.4)
    "Swift 6.4 or later"
    #elseif compiler(>=6.3)
    "Swift 6.3"
    #elseif compiler(>=6.2)
    "Swift 6.2"
    #else
    "Swift 6.1"
    #endif
  }
}
