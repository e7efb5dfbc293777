import Apus
import Glibc
import Testing

/// A folder of the checkout's neighbour with the four files of MNIST; nil when it is not there.
let mnistFolder: String? = {
  var folder = File.splitPath(#filePath).folder!
  for _ in 0..<2 { folder = File.splitPath(folder).folder! }
  let candidates = [
    getenv("APUS_MNIST").map { String(cString: $0) }, folder + "/../shared/data/mnist",
  ]
  return candidates.compactMap { $0 }.first { File.kind($0) == .folder }
}()

/// Whether tests of more than half a minute are asked for.
let runsLongTests = getenv("APUS_LONG_TESTS") != nil
