// Numbers that are written out, in English and German: "a hundred and sixty-seven", "hundertsiebenundsechzig". One
// alone is no number here: "one" and "ein" are too often only an article.

enum NumberWords {
    /// The number that begins at a token, and how many tokens it takes.
    static func read(_ tokens: ArraySlice<Token>, language: String) -> (value: Int, count: Int)? {
        switch language {
        case "en": english(tokens)
        case "de": tokens.first.flatMap { token in german(token.key).map { ($0, 1) } }
        default: nil
        }
    }

    private static let small = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]

    private static func english(_ tokens: ArraySlice<Token>) -> (value: Int, count: Int)? {
        var total = 0, part = 0, used = 0, isOpen = false, last = 0
        var index = tokens.startIndex
        while index < tokens.endIndex, tokens[index].kind == .word {
            let key = tokens[index].key
            let next = index + 1 < tokens.endIndex ? tokens[index + 1].key : ""
            if let value = value(of: key) {
                // "twenty five" is one number, "five six" are two.
                guard last == 0 || (last >= 20 && last < 100 && last % 10 == 0 && value < 10) || last == 100 else {
                    break
                }
                part += value
                last = value
                if value == 0 { last = 1 }
            } else if key == "hundred", used == 0 || part < 100, !(used == 0 && total > 0) {
                part = max(1, part) * 100
                last = 100
            } else if key == "thousand" || key == "million", part > 0 || (used > 0 && isOpen) {
                total += max(1, part) * (key == "thousand" ? 1000 : 1_000_000)
                part = 0
                last = 100
            } else if key == "a", used == 0, ["hundred", "thousand", "million"].contains(next) {
                isOpen = true
                last = 0
            } else if key == "and", used > 0, last == 100, value(of: next) != nil {
                last = 100
            } else {
                break
            }
            used += 1
            index += 1
        }
        // "hundred" without a number before it is a round word, and "one" an article.
        guard used > 0, total + part > 1 || (used == 1 && total + part == 0) else { return nil }
        if used == 1, tokens.first?.key == "hundred" { return nil }
        return (total + part, used)
    }

    private static func value(of key: String) -> Int? {
        if let value = small[key] { return value }
        let parts = key.split(separator: "-")
        guard parts.count == 2, let tens = small[String(parts[0])], let ones = small[String(parts[1])],
            tens >= 20, (1...9).contains(ones)
        else { return nil }
        return tens + ones
    }

    private static let kleine: [(String, Int)] = [
        ("dreizehn", 13), ("vierzehn", 14), ("fünfzehn", 15), ("sechzehn", 16), ("siebzehn", 17), ("achtzehn", 18),
        ("neunzehn", 19), ("zwanzig", 20), ("dreißig", 30), ("dreissig", 30), ("vierzig", 40), ("fünfzig", 50),
        ("sechzig", 60), ("siebzig", 70), ("achtzig", 80), ("neunzig", 90), ("null", 0), ("zwei", 2), ("zwo", 2),
        ("drei", 3), ("vier", 4), ("fünf", 5), ("sechs", 6), ("sieben", 7), ("acht", 8), ("neun", 9), ("zehn", 10),
        ("elf", 11), ("zwölf", 12), ("eins", 1), ("ein", 1),
    ]
    private static let deutsch = Dictionary(kleine, uniquingKeysWith: { first, _ in first })

    private static func german(_ key: String) -> Int? {
        guard key != "ein", key != "null" || key == "null", let value = germanValue(key[...]), value != 1 else {
            return nil
        }
        return value
    }

    private static func germanValue(_ key: Substring) -> Int? {
        if let range = key.firstRange(of: "tausend") {
            let before = key[..<range.lowerBound], after = key[range.upperBound...]
            let thousands = before.isEmpty ? 1 : below(before)
            let rest = after.isEmpty ? 0 : below(after.hasPrefix("und") ? after.dropFirst(3) : after)
            guard let thousands, let rest else { return nil }
            return thousands * 1000 + rest
        }
        return below(key)
    }

    /// Below a thousand.
    private static func below(_ key: Substring) -> Int? {
        if let range = key.firstRange(of: "hundert") {
            let before = key[..<range.lowerBound], after = key[range.upperBound...]
            let hundreds = before.isEmpty ? 1 : deutsch[String(before)]
            let rest = after.isEmpty ? 0 : tens(after.hasPrefix("und") ? after.dropFirst(3) : after)
            guard let hundreds, (1...9).contains(hundreds), let rest else { return nil }
            return hundreds * 100 + rest
        }
        return tens(key)
    }

    private static func tens(_ key: Substring) -> Int? {
        if let value = deutsch[String(key)] { return value }
        guard let range = key.firstRange(of: "und"), let ones = deutsch[String(key[..<range.lowerBound])],
            let tens = deutsch[String(key[range.upperBound...])], (1...9).contains(ones), tens >= 20
        else { return nil }
        return tens + ones
    }
}
