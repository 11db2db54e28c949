// Texts that name a day until which something holds, and that day is over. A build looks at no clock, so this is asked
// where a person decides: a film of last year's sale is right, and is not to be published again.

public enum Deadline {
    /// A day of the calendar.
    public struct Day: Sendable, Comparable {
        var year, month, day: Int

        /// - Parameter seconds: since 1970.
        public init(secondsSince1970 seconds: Int64) {
            // Days since 1 March of the year 0, in which leap days are the last of their years.
            let days = Int(seconds / 86_400) + 719_468, era = days / 146_097, inEra = days % 146_097
            let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
            let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100), month = (5 * inYear + 2) / 153
            day = inYear - (153 * month + 2) / 5 + 1
            self.month = month < 10 ? month + 3 : month - 9
            year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        }

        init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

        public static func < (a: Day, b: Day) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }
    }

    /// The first day in a text that is over, as it is written; only with a year, and after a word such as "until".
    public static func over(in text: String, language: String, today: Day) -> String? {
        let tag = language.prefix { $0 != "-" }.lowercased()
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
