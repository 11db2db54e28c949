// Until when a waiver counts: a day, to whose end in UTC, or a moment. One spelling each, so that a signed text has one
// meaning. Must not know what time it is.
import FoundationEssentials

public struct Expiry: Sendable, Hashable {
    public let text: String
    /// From then on it does not count: seconds since 1970.
    public let seconds: Int64

    /// nil: neither 2026-12-01 nor 2026-12-01T12:00:00Z.
    public init?(_ text: String) {
        let isDay = text.utf8.count == 10
        guard let moment = Self.moment(isDay ? text + "T00:00:00Z" : text) else { return nil }
        self.text = text
        seconds = moment + (isDay ? 86400 : 0)
    }

    /// Of a time as records have it.
    public static func moment(_ text: String) -> Int64? {
        guard let date = try? Date.ISO8601FormatStyle().parse(text), date.formatted(.iso8601) == text else {
            return nil
        }
        return Int64(date.timeIntervalSince1970)
    }
}
