/// Units of hidden layers: `128,64`, or `none`.
struct LayerSizes: Sendable, CustomStringConvertible {
  let sizes: [Int]

  init(_ sizes: [Int]) { self.sizes = sizes }

  var description: String {
    sizes.isEmpty ? "none" : sizes.map(String.init).joined(separator: ",")
  }
}

extension ArgumentType<LayerSizes> {
  static var layerSizes: Self {
    let limit = 1 << 24
    return Self(placeholder: "N,N,…", completion: .nothing) { word in
      if word == "none" { return .value(LayerSizes([])) }
      let sizes = word.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard sizes.allSatisfy({ (1...limit).contains($0) }) else {
        return .expected(
          "whole numbers from 1 to \(limit) with commas between them, as 30,30, or none")
      }
      return .value(LayerSizes(sizes))
    }
  }
}
