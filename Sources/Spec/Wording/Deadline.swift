// Texts that name a day until which something holds, and that day is over. A build looks at no clock, so this is asked
// where a person decides: a film of last year's sale is right, and is not to be published again.
import Glibc

public enum Deadline {
    /// A day of the calendar.
    public struct Day: Sendable, Comparable {
        var year, month, day: Int

        /// In UTC.
        /// - Parameter seconds: since 1970.
        public init(secondsSince1970 seconds: Int64) {
            var time = time_t(seconds), parts = tm()
            gmtime_r(&time, &parts)
            (year, month, day) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
        }

        init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

        public static func < (a: Day, b: Day) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
    }

    /// The first day in a text that is over, as it is written; only with a year, and after a word such as "until".
    public static func over(in text: String, language: String, today: Day) -> String? {
        let tag = primaryLanguage(language)
        guard Vocabulary.languages.contains(tag) else { return nil }
        let tokens = Token.all(in: text)
        return WrittenDate.all(in: tokens, language: tag).first { date in
            guard let year = date.year, let day = date.day, date.exists,
                Day(year: year, month: date.month, day: day) < today
            else { return false }
            let first = date.tokens.lowerBound
            return tokens[max(0, first - 4)..<first].contains {
                $0.clause == tokens[first].clause && (tag == "de" ? german : english).contains($0.key)
            }
        }?.written
    }

    private static let english: Set<String> = [
        "until", "till", "ends", "end", "ending", "expires", "by", "before", "through", "deadline", "valid",
    ]
    private static let german: Set<String> = ["bis", "endet", "enden", "spätestens", "gültig", "einsendeschluss"]
}
