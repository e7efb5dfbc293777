internal import CKernels

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What this process may use of the computer that it runs on.
public enum Machine {
  /// Threads that can really run at once: the smaller of the CPUs that this process is allowed to
  /// use and what its control groups give it, rounded down, at least one.
  public static var availableThreads: Int {
    max(1, min(allowedProcessors, controlGroupProcessors.map { Int($0) } ?? Int.max))
  }

  /// The CPUs in this process's affinity mask.
  public static var allowedProcessors: Int {
    let lines = (systemFile("/proc/self/status") ?? "").split(separator: "\n")
    if let line = lines.first(where: { $0.hasPrefix("Cpus_allowed_list:") }),
      let count = processorCount(list: line.drop { !$0.isNumber })
    {
      return count
    }
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// The size of a list such as `0-3,8`, as the kernel writes it.
  package static func processorCount(list: some StringProtocol) -> Int? {
    var count = 0
    for part in list.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int(String($0.filter { $0.isNumber })) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        return nil
      }
      count += last - first + 1
    }
    return count > 0 ? count : nil
  }

  /// CPU time a second that the tightest control group around this process allows, in CPUs; nil
  /// without a limit.
  public static var controlGroupProcessors: Double? {
    let base = "/sys/fs/cgroup"
    var limits: [Double] = []
    let groups = systemFile("/proc/self/cgroup") ?? ""
    let unified = groups.split(separator: "\n").first { $0.hasPrefix("0::/") }
    var folders = (unified?.dropFirst(3) ?? "").split(separator: "/")
    while true {
      let folder = ([Substring(base)] + folders).joined(separator: "/")
      if let limit = systemFile(folder + "/cpu.max").flatMap(processors) { limits.append(limit) }
      if folders.popLast() == nil { break }
    }
    // The first version of control groups has two files.
    if let quota = systemFile(base + "/cpu/cpu.cfs_quota_us"),
      let period = systemFile(base + "/cpu/cpu.cfs_period_us"),
      let limit = processors(quota + " " + period)
    {
      limits.append(limit)
    }
    return limits.min()
  }

  /// `200000 100000` is two processors; `max 100000` and `-1 100000` are no limit.
  package static func processors(_ text: String) -> Double? {
    let words = text.split { $0 == " " || $0 == "\n" }.map { Double($0) }
    guard words.count == 2, let quota = words[0], let period = words[1] else { return nil }
    return quota > 0 && period > 0 ? quota / period : nil
  }

  /// The processor's name as its maker writes it; nil where the system does not say.
  public static var processorName: String? {
    let lines = (systemFile("/proc/cpuinfo") ?? "").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("model name") }) else { return nil }
    return line.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " }) }
  }

  /// The vector instructions that matter here: `avx2 fma avx512f amx_bf16`.
  public static var processorFeatures: [String] {
    var text = [CChar](repeating: 0, count: 1024)
    _ = apus_cpu_features(&text, Int64(text.count))
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
  }

  /// The instruction set that the loops were chosen for: `base`, `avx2` or `avx512`.
  public static var instructionLevel: String {
    String(cString: apus_level_name(apus_cpu_level()))
  }

  /// Bytes of main memory.
  public static var memoryBytes: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? Int(pages) * Int(size) : 0
  }

  /// The first 64 KiB of a file that the system makes up when it is read; nil when there is none.
  private static func systemFile(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var filled = 0
    while filled < bytes.count {
      let start = filled
      let count = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + start, $0.count - start)
      }
      guard count > 0 else { break }
      filled += count
    }
    return String(decoding: bytes[..<filled], as: UTF8.self)
  }
}
