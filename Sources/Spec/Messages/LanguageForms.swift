// How a language writes numbers, currencies and dates. Knows no template and no spec.
import Diagnostics

struct LanguageForms: Sendable {
    let decimal, group, minus, percent: String
    /// The digit 0; the others follow it.
    let zero: Unicode.Scalar
    let primary, secondary, leastGrouped: Int
    let currencyPattern, percentPattern: String
    /// By style: full, long, medium, short.
    let dates: [String: String]
    let months, shortMonths, weekdays: [String]
    let symbols: [String: String]

    /// nil for a language, or a region of one, that the table does not have.
    static func of(_ tag: String) -> LanguageForms? { all[tag.lowercased()] }
    /// The tags of the table.
    static let known = tags.sorted()

    private static let rows = parsed()
    private static var tags: [String] { rows.map(\.tag) }
    private static let all: [String: LanguageForms] = Dictionary(
        rows.map { ($0.tag.lowercased(), LanguageForms($0.fields)) }, uniquingKeysWith: { first, _ in first })

    private static func parsed() -> [(tag: String, fields: [Character: String])] {
        var found: [(tag: String, fields: [Character: String])] = [], open: [String] = []
        var fields: [Character: String] = [:]
        func close() { found += open.map { ($0, fields) } }
        for line in LanguageData.text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words[0].count == 1 {
                fields[words[0].first!] = String(words[1])
                continue
            }
            close()
            var heads = line.split(separator: " ").map(String.init)
            fields = [:]
            if let sign = heads.firstIndex(of: "<") {
                fields = found.first { $0.tag == heads[sign + 1] }?.fields ?? [:]
                heads.removeLast(2)
            }
            open = heads
        }
        close()
        return found
    }

    private init(_ fields: [Character: String]) {
        func list(_ key: Character) -> [String] {
            (fields[key] ?? "").split(separator: ";").map(String.init)
        }
        let numbers = (fields["n"] ?? "").split(separator: "|").map(String.init)
        (decimal, group, minus, percent) = (numbers[0], numbers[1], numbers[2], numbers[3])
        zero = numbers[4].unicodeScalars.first!
        (primary, secondary, leastGrouped) = (Int(numbers[5])!, Int(numbers[6])!, Int(numbers[7])!)
        (currencyPattern, percentPattern) = (fields["c"] ?? "", fields["p"] ?? "")
        dates = ["full": "f", "long": "l", "medium": "m", "short": "s"].mapValues { fields[$0] ?? "" }
        (months, shortMonths, weekdays) = (list("M"), list("A"), list("D"))
        symbols = Dictionary(zip(LanguageData.currencies, list("$")), uniquingKeysWith: { first, _ in first })
    }
}

extension LanguageForms {
    /// - Parameter decimals: nil: as many as the number has, at most 9.
    func number(_ value: Double, decimals: Int? = nil) -> String {
        let text = decimals.map { fixedPoint(abs(value), decimals: $0) } ?? plainDecimals(abs(value))
        let isNegative = value < 0 && text.contains { $0 != "0" && $0 != "." }
        return (isNegative ? minus : "") + grouped(text)
    }

    func percentage(_ value: Double, decimals: Int?) -> String {
        let text = decimals.map { fixedPoint(abs(value) * 100, decimals: $0) } ?? plainDecimals(abs(value) * 100)
        let isNegative = value < 0 && text.contains { $0 != "0" && $0 != "." }
        return filled(percentPattern, number: grouped(text), isNegative: isNegative).replacing("%", with: percent)
    }

    /// - Parameter code: of ISO 4217, three capital letters.
    func currency(_ value: Double, _ code: String, decimals: Int?) -> String {
        let text = fixedPoint(abs(value), decimals: decimals ?? LanguageData.decimals[code] ?? 2)
        let isNegative = value < 0 && text.contains { $0 != "0" && $0 != "." }
        let symbol = symbols[code] ?? code
        var out = filled(currencyPattern, number: grouped(text), isNegative: isNegative)
        // A symbol that ends in a letter keeps a distance from digits.
        if let mark = out.firstIndex(of: "¤") {
            let after = out.index(after: mark)
            let isFollowed = after < out.endIndex && out[after].isNumber
            if isFollowed, symbol.last?.isLetter == true { out.insert("\u{A0}", at: after) }
            let isPreceded = mark > out.startIndex && out[out.index(before: mark)].isNumber
            if isPreceded, symbol.first?.isLetter == true { out.insert("\u{A0}", at: mark) }
        }
        return out.replacing("¤", with: symbol)
    }

    /// - Parameter style: full, long, medium or short.
    func date(_ day: CalendarDay, style: String) -> String? {
        guard let pattern = dates[style], !pattern.isEmpty else { return nil }
        var out = "", isQuoted = false
        let letters = Array(pattern)
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            if letter == "'" {
                isQuoted.toggle()
                index += 1
                continue
            }
            guard !isQuoted, "yMdEc".contains(letter) else {
                out.append(letter)
                index += 1
                continue
            }
            var count = 0
            while index < letters.count, letters[index] == letter { (count, index) = (count + 1, index + 1) }
            func digits(_ number: Int, atLeast: Int) -> String {
                let text = String(number)
                return localized(String(repeating: "0", count: max(0, atLeast - text.count)) + text)
            }
            switch letter {
            case "y": out += count == 2 ? digits(day.year % 100, atLeast: 2) : digits(day.year, atLeast: count)
            case "M":
                out +=
                    count >= 4
                    ? months[day.month - 1]
                    : count == 3 ? shortMonths[day.month - 1] : digits(day.month, atLeast: count)
            case "d": out += digits(day.day, atLeast: count)
            default: out += weekdays[day.weekday]
            }
        }
        return out
    }

    private func plainDecimals(_ value: Double) -> String {
        var text = fixedPoint(value, decimals: 9)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// "1234.5" with the language's digits and separators.
    private func grouped(_ text: String) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var whole = String(parts[0]), groups: [String] = []
        if whole.count >= primary + leastGrouped {
            groups.append(String(whole.suffix(primary)))
            whole.removeLast(primary)
            while whole.count > secondary {
                groups.append(String(whole.suffix(secondary)))
                whole.removeLast(secondary)
            }
        }
        groups.append(whole)
        let all = groups.reversed().map(localized).joined(separator: group)
        return parts.count > 1 ? all + decimal + localized(String(parts[1])) : all
    }

    private func localized(_ digits: String) -> String {
        guard zero != "0" else { return digits }
        return String(
            String.UnicodeScalarView(
                digits.unicodeScalars.map { scalar in
                    ("0"..."9").contains(scalar)
                        ? Unicode.Scalar(zero.value + scalar.value - 0x30) ?? scalar : scalar
                }))
    }

    /// A pattern such as "#,##0.00 ¤;-#,##0.00 ¤" with the number in place of its digits.
    private func filled(_ pattern: String, number: String, isNegative: Bool) -> String {
        let parts = pattern.split(separator: ";")
        var chosen = String(parts[0])
        if isNegative {
            chosen = parts.count > 1 ? String(parts[1]).replacing("-", with: minus) : minus + chosen
        }
        guard let first = chosen.firstIndex(where: { "#0".contains($0) }),
            let last = chosen.lastIndex(where: { "#0".contains($0) })
        else { return number }
        return chosen[..<first] + number + chosen[chosen.index(after: last)...]
    }
}

/// A day of the Gregorian calendar.
struct CalendarDay: Sendable, Equatable {
    var year, month, day: Int

    /// "2026-03-04", with or without a time behind it.
    init?(_ text: String) {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        let rest = text.dropFirst(10)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            rest.isEmpty || "T ".contains(rest.first!),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// 0: Sunday.
    var weekday: Int {
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let y = month < 3 ? year - 1 : year
        return (y + y / 4 - y / 100 + y / 400 + shifts[month - 1] + day) % 7
    }
}
