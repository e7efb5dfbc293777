internal import ApusGraph

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Downloads with the program `curl`: it knows proxies and certificates, and the package stays free
/// of a network library for this one command.
func runCurl(from url: String, to path: String, maximumBytes: Int) throws(DataError) {
  let arguments = [
    "curl", "--fail", "--location", "--silent", "--connect-timeout", "20", "--speed-limit", "1000",
    "--speed-time", "30", "--max-filesize", "\(maximumBytes)", "--proto", "=https,http,file",
    "--output", path, "--", url,
  ]
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  pointers.append(nil)
  var process = pid_t()
  let code = posix_spawnp(&process, "curl", nil, nil, pointers, environ)
  guard code == 0 else {
    throw DataError(
      code == ENOENT
        ? "the program curl is not installed" : "the program curl cannot be started",
      kind: .other)
  }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 {
    guard errno == EINTR else {
      throw DataError("the program curl was lost", kind: .other)
    }
  }
  guard status == 0 else {
    throw DataError("curl ended with code \(status >> 8 & 0xFF)", kind: .other)
  }
}

/// Removes a file; it may be gone already.
func removeFile(_ path: String) {
  unlink(path)
}
