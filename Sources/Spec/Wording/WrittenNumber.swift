// Numbers in a text, with their units: 1,234.5 and 1.234,5 and 12 480, 18 %, $49, 12k, 3 million, "forty-nine dollars".

struct WrittenNumber: Sendable {
    enum Unit: Hashable, Sendable {
        case none, percent
        case currency(String)
        /// A time of day.
        case clock
        /// The stem of the word after it.
        case noun(String)
    }

    /// nil: digits without a value that can be compared, such as 16:9 or 03/04/2026.
    var value: ExactNumber?
    /// The power of ten of its last digit: -1 for 97.4, 3 for 12k.
    var precision = 0
    /// Whether a word such as "million" stands for its last digits.
    var isRound = false
    var unit = Unit.none
    /// Whether it is written in words.
    var isSpelled = false
    var written: String
    /// With its unit, without a noun.
    var tokens: Range<Int>

    /// Whether the text may show this for a value of the source: equal, or rounded to the digits that are shown.
    func shows(_ source: ExactNumber, isFraction: Bool) -> Bool {
        guard let value else { return false }
        func isShown(_ exact: ExactNumber) -> Bool {
            if value == exact { return true }
            let mayRound = isRound || exact.exponent < 0
            return mayRound && exact.exponent < precision && value == exact.rounded(to: precision)
        }
        // A cell may hold 0.974 where the text says 97.4 %.
        return isShown(source) || (isFraction && unit == .percent && isShown(source.times(tenTo: 2)))
    }

    // MARK: Reading

    /// - Parameter dates: their tokens are no numbers.
    static func all(in tokens: [Token], language: String, dates: [WrittenDate]) -> [WrittenNumber] {
        var numbers: [WrittenNumber] = [], index = 0
        var taken = dates.map(\.tokens)[...]
        while index < tokens.count {
            if let date = taken.first, index >= date.lowerBound {
                index = max(index, date.upperBound)
                taken = taken.dropFirst()
                continue
            }
            guard var number = number(tokens, index, language) else { index += 1; continue }
            number.addUnit(tokens, language)
            numbers.append(number)
            index = number.tokens.upperBound
        }
        return numbers
    }

    private static func number(_ tokens: [Token], _ index: Int, _ language: String) -> WrittenNumber? {
        let token = tokens[index]
        switch token.kind {
        case .digits:
            var number = WrittenNumber(written: token.text, tokens: index..<index + 1)
            if token.text.contains(":") {
                number.value = clock(token.text)
                if number.value != nil { number.unit = .clock }
            } else if let read = value(token.text, language: language) {
                (number.value, number.precision) = read
            }
            if index > 0, "-−".contains(tokens[index - 1].text), tokens[index - 1].isSpaced, !token.isSpaced,
                let value = number.value
            {
                number.value = ExactNumber(-value.digits, exponent: value.exponent)
                number.written = tokens[index - 1].text + number.written
                number.tokens = index - 1..<index + 1
            }
            return number
        case .word:
            guard let read = NumberWords.read(tokens[index...], language: language) else {
                return compound(token, index, language)
            }
            let range = index..<index + read.count
            // "Twelve thousand" is a round number, as "12 thousand" is.
            let value = ExactNumber(read.value), isRound = value.exponent > 2
            return WrittenNumber(
                value: value, precision: isRound ? value.exponent : 0, isRound: isRound, isSpelled: true,
                written: WrittenDate.words(tokens[range]),
                tokens: range)
        case .address, .sign: return nil
        }
    }

    /// "Three-year": a number in words with the noun that it counts.
    private static func compound(_ token: Token, _ index: Int, _ language: String) -> WrittenNumber? {
        let parts = token.text.split(separator: "-")
        // "Twenty-four-hour" before "twenty-…".
        for count in [2, 1] where parts.count > count {
            var first = token
            first.text = parts[..<count].joined(separator: "-")
            let noun = parts[count...].joined(separator: "-").lowercased()
            guard let read = NumberWords.read([first], language: language), noun.contains(where: \.isLetter),
                !Vocabulary.isEmpty(noun, language)
            else { continue }
            return WrittenNumber(
                value: ExactNumber(read.value), unit: .noun(Vocabulary.unit(noun, language)), isSpelled: true,
                written: token.text, tokens: index..<index + 1)
        }
        return nil
    }

    /// Languages that write 1,234.5; the others write 1.234,5.
    private static let pointLanguages: Set<String> = ["ar", "en", "zh", "ja", "ko", "th", "he", "hi", "ms", "fil"]

    /// The value of digits with separators, as a reader of the language takes them; nil if they are no number.
    static func value(_ text: String, language: String) -> (ExactNumber, precision: Int)? {
        let plain = text.filter { !Token.spaces.contains($0) && $0 != "'" && $0 != "’" }
        let point: Character = pointLanguages.contains(language) ? "." : ",",
            comma: Character = point == "." ? "," : "."
        func read(decimal: Character?) -> (ExactNumber, Int)? {
            let parts = decimal.map { plain.split(separator: $0, omittingEmptySubsequences: false) } ?? [plain[...]]
            guard (1...2).contains(parts.count) else { return nil }
            let groups = parts[0].split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
            // 12,34,567 in India.
            let inner = groups.dropFirst().dropLast()
            let areLakhs = point == "." && groups.last?.count == 3 && inner.allSatisfy { $0.count == 2 }
            guard
                groups.count == 1
                    || ((groups.dropFirst().allSatisfy { $0.count == 3 } || areLakhs) && groups[0].count <= 3
                        && !groups[0].hasPrefix("0"))
            else { return nil }
            let fraction = parts.count == 2 ? parts[1] : ""
            guard fraction.allSatisfy(\.isNumber), let value = ExactNumber(groups.joined() + "." + fraction + "0")
            else {
                return nil
            }
            return (value, -fraction.count)
        }
        let points = plain.count { $0 == point }, commas = plain.count { $0 == comma }
        switch (points, commas) {
        case (0, 0): return read(decimal: nil)
        case (1, 0): return read(decimal: point)
        // As the language has it, else as the other half of the world has it.
        case (0, 1): return read(decimal: nil) ?? read(decimal: comma)
        case (1, 1...):
            let isOwn = plain.firstIndex(of: point)! > plain.lastIndex(of: comma)!
            return isOwn ? read(decimal: point) : commas == 1 ? read(decimal: comma) : nil
        case (2..., 1): return read(decimal: comma)
        default: return read(decimal: nil)
        }
    }

    /// Minutes after midnight.
    private static func clock(_ text: String) -> ExactNumber? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, parts[0].count <= 2, parts[1].count == 2, let hour = Int(parts[0]), hour < 25,
            let minute = Int(parts[1]), minute < 60
        else { return nil }
        return ExactNumber(hour * 60 + minute)
    }

    // MARK: Units

    static let signs = ["$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"]
    private static let codes: Set<String> = [
        "USD", "EUR", "GBP", "CHF", "JPY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK",
    ]
    private static let currencies = [
        "dollar": "USD", "euro": "EUR", "pound": "GBP", "pfund": "GBP", "franken": "CHF", "yen": "JPY", "franc": "CHF",
    ]
    private static let percents: Set<String> = ["percent", "prozent", "pct", "percents"]
    /// Words that stand for zeros, and their powers of ten.
    private static let powers = [
        "thousand": 3, "million": 6, "millions": 6, "billion": 9, "bn": 9, "tausend": 3, "tsd": 3, "millionen": 6,
        "mio": 6, "milliarde": 9, "milliarden": 9, "mrd": 9,
    ]

    private mutating func addUnit(_ tokens: [Token], _ language: String) {
        func token(_ index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }
        var low = self.tokens.lowerBound, high = self.tokens.upperBound
        if let before = token(low - 1) {
            if let code = Self.signs[before.text] ?? (Self.codes.contains(before.text) ? before.text : nil) {
                unit = .currency(code)
                low -= 1
                if let country = token(low - 1), ["US", "U.S"].contains(country.text), !before.isSpaced { low -= 1 }
            }
        }
        // "2,200 K" are kelvins, "$12K" and "12k" thousands, and "4K" is a kind of screen.
        if let next = token(high), next.kind == .word, let value, unit != .clock {
            let isAttached = !next.isSpaced, isMoney = unit != .none
            var power = language == "de" && next.key == "billion" ? nil : Self.powers[next.key]
            if isAttached, next.text == "k" || (next.text == "K" && (isMoney || value.digits > 9)) { power = 3 }
            if isAttached, next.text == "M" { power = 6 }
            if isAttached, isMoney, next.text == "m" { power = 6 }
            if let power {
                self.value = value.times(tenTo: power)
                precision += power
                isRound = true
                high += 1
                if let stop = token(high), stop.text == ".", ["mio", "mrd", "tsd"].contains(next.key) { high += 1 }
            }
        }
        if let next = token(high), unit == .none || unit == .percent {
            let key = next.key
            if next.text == "%" || (next.kind == .word && Self.percents.contains(key)) {
                unit = .percent
                high += 1
            } else if key == "per", token(high + 1)?.key == "cent" {
                unit = .percent
                high += 2
            } else if let code = Self.signs[next.text] ?? (Self.codes.contains(next.text) ? next.text : nil)
                ?? Self.currencies[Vocabulary.stem(key, language)]
            {
                unit = .currency(code)
                high += 1
            }
        }
        // "149 dollars" after "$149" says the same twice.
        if case .currency = unit, let next = token(high), next.kind == .word,
            Self.currencies[Vocabulary.stem(next.key, language)] != nil, low == self.tokens.lowerBound
        {
            high += 1
        }
        if unit == .none, !isRound || token(high)?.kind == .word {
            var at = high
            if let hyphen = token(at), hyphen.text == "-", !hyphen.isSpaced { at += 1 }
            if let noun = token(at), noun.kind == .word, noun.clause == tokens[self.tokens.lowerBound].clause,
                !Vocabulary.isEmpty(noun.key, language)
            {
                unit = .noun(Vocabulary.unit(noun.key, language))
            }
        }
        if low < self.tokens.lowerBound || high > self.tokens.upperBound {
            self.tokens = low..<high
            written = WrittenDate.words(tokens[low..<high])
        }
    }
}
