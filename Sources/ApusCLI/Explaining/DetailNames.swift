internal import ApusExplain

extension Detail {
  /// By the names of `--detail`; automatic for any other.
  init(name: String) {
    switch name {
    case "numbers": self = .numbers
    case "largest": self = .largest
    case "tensors": self = .tensors
    default: self = .automatic
    }
  }
}
