// Dates in a text: 12 March 2026, March 12, 12. März, 12.03.2026, 2026-03-12, with the weekday before them.

struct WrittenDate: Sendable {
    var day: Int?
    var month: Int
    var year: Int?
    /// 1 is Monday.
    var weekday: Int?
    var written: String
    var tokens: Range<Int>

    /// Whether both say the same as far as both say anything.
    func agrees(with other: WrittenDate) -> Bool {
        func same(_ a: Int?, _ b: Int?) -> Bool { a == nil || b == nil || a == b }
        return month == other.month && same(day, other.day) && same(year, other.year)
    }

    /// 1 is Monday; nil without day and year, or if the month has no such day.
    var trueWeekday: Int? {
        guard let day, var year, day <= Self.days(month, year) else { return nil }
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        if month < 3 { year -= 1 }
        let sunday = (year + year / 4 - year / 100 + year / 400 + shifts[month - 1] + day) % 7
        return sunday == 0 ? 7 : sunday
    }

    /// Whether the month has such a day; true without a day.
    var exists: Bool { day.map { $0 <= Self.days(month, year ?? 2000) } ?? true }

    private static func days(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    // MARK: Reading

    static func all(in tokens: [Token], language: String) -> [WrittenDate] {
        var dates: [WrittenDate] = []
        for index in tokens.indices where index >= dates.last?.tokens.upperBound ?? 0 {
            let found: WrittenDate? =
                switch tokens[index].kind {
                case .digits: numeric(tokens, index)
                case .word: named(tokens, index, language, after: dates.last?.tokens.upperBound ?? 0)
                case .address, .sign: nil
                }
            guard var date = found else { continue }
            if let weekday = weekdayBefore(tokens, date.tokens.lowerBound, language) {
                date.weekday = weekday.day
                date.tokens = weekday.index..<date.tokens.upperBound
            }
            dates.append(date)
        }
        return dates
    }

    private static func numeric(_ tokens: [Token], _ index: Int) -> WrittenDate? {
        let text = tokens[index].text
        func date(_ year: Int?, _ month: Int?, _ day: Int?) -> WrittenDate? {
            guard let year, let month, let day, (1...12).contains(month), (1...31).contains(day) else { return nil }
            return WrittenDate(day: day, month: month, year: year, written: text, tokens: index..<index + 1)
        }
        let dashed = text.split(separator: "-")
        if dashed.count == 3 { return date(Int(dashed[0]), Int(dashed[1]), Int(dashed[2])) }
        let dotted = text.split(separator: ".")
        if dotted.count == 3, dotted[2].count == 4 { return date(Int(dotted[2]), Int(dotted[1]), Int(dotted[0])) }
        let slashed = text.split(separator: "/")
        if slashed.count == 3, slashed[2].count == 4, let first = Int(slashed[0]), let second = Int(slashed[1]) {
            // 03/04/2026 is two dates, in two countries.
            if first > 12 || first == second { return date(Int(slashed[2]), second, first) }
            if second > 12 { return date(Int(slashed[2]), first, second) }
        }
        return nil
    }

    /// A date with the month's name, which stands at `index`.
    private static func named(_ tokens: [Token], _ index: Int, _ language: String, after end: Int) -> WrittenDate? {
        guard tokens[index].isCapitalised, let month = month(tokens[index].key, language) else { return nil }
        func number(_ at: Int, _ range: ClosedRange<Int>) -> Int? {
            guard tokens.indices.contains(at), tokens[at].kind == .digits, let value = Int(tokens[at].text) else {
                return nil
            }
            return range.contains(value) ? value : nil
        }
        var low = index, high = index + 1, day: Int?, year: Int?
        if high < tokens.count, tokens[high].text == ".", !tokens[high].isSpaced, tokens[index].text.count < 5 {
            high += 1
        }
        var before = index - 1
        if before >= end, tokens[before].key == "of" { before -= 1 }
        if before >= end, ["st", "nd", "rd", "th", "."].contains(tokens[before].key), !tokens[before].isSpaced {
            before -= 1
        }
        if before >= end, let found = number(before, 1...31) {
            (day, low) = (found, before)
        } else if let found = number(high, 1...31), tokens[high].text.count < 3 {
            (day, high) = (found, high + 1)
            if high < tokens.count, ["st", "nd", "rd", "th"].contains(tokens[high].key), !tokens[high].isSpaced {
                high += 1
            }
        }
        let next = high < tokens.count && tokens[high].text == "," && day != nil ? high + 1 : high
        if let found = number(next, 1000...2999), tokens[next].text.count == 4 { (year, high) = (found, next + 1) }
        guard day != nil || year != nil else { return nil }
        return WrittenDate(
            day: day, month: month, year: year, written: words(tokens[low..<high]), tokens: low..<high)
    }

    private static func weekdayBefore(_ tokens: [Token], _ start: Int, _ language: String) -> (day: Int, index: Int)? {
        var index = start - 1
        while index >= 0, [",", ".", "den", "dem", "the", "der"].contains(tokens[index].key) { index -= 1 }
        guard index >= 0, tokens[index].kind == .word, tokens[index].isCapitalised else { return nil }
        let isMarked = index + 1 < start && [",", "."].contains(tokens[index + 1].text)
        return weekday(tokens[index].key, language, short: isMarked || language == "en").map { ($0, index) }
    }

    static func words(_ tokens: ArraySlice<Token>) -> String {
        tokens.enumerated().map { ($0.offset > 0 && $0.element.isSpaced ? " " : "") + $0.element.text }.joined()
    }

    // MARK: Names

    private static let months = [
        "en": [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ],
        "de": [
            "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
            "dezember",
        ],
    ]
    private static let weekdays = [
        "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        "de": ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"],
    ]

    static func month(_ key: String, _ language: String) -> Int? {
        guard let names = months[language] else { return nil }
        if let index = names.firstIndex(of: key) { return index + 1 }
        if key == "jänner" { return 1 }
        if key == "sept" { return 9 }
        return key.count == 3 ? names.firstIndex { $0.hasPrefix(key) }.map { $0 + 1 } : nil
    }

    /// - short: whether Mon and Mo count.
    static func weekday(_ key: String, _ language: String, short: Bool = false) -> Int? {
        guard let names = weekdays[language] else { return nil }
        if let index = names.firstIndex(of: key) { return index + 1 }
        if language == "de", key == "sonnabend" { return 6 }
        let length = language == "de" ? 2 : 3
        return short && key.count == length ? names.firstIndex { $0.hasPrefix(key) }.map { $0 + 1 } : nil
    }

    static func weekdayName(_ day: Int, _ language: String) -> String {
        let name = (weekdays[language] ?? weekdays["en"]!)[day - 1]
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
