#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A second of the calendar in UTC, written as ISO 8601 has it: `2026-11-21T09:30:00Z`.
struct UTCDate: CustomStringConvertible {
  let description: String

  static var now: UTCDate { UTCDate(secondsSince1970: time(nil)) }

  init(secondsSince1970 seconds: Int) {
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = [1900 + parts.tm_year, parts.tm_mon + 1, parts.tm_mday].map(padded)
    let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(padded)
    description = day.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
  }
}
