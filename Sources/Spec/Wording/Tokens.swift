// Cuts a text into words, digits, addresses and signs. Knows nothing of their meaning.

struct Token: Sendable {
    enum Kind: Sendable {
        case word
        /// Digits with the separators between them: 1,234.5 or 20:15 or 2026-11-30.
        case digits
        /// A URL, a mail address, a handle or a hashtag.
        case address
        case sign
    }
    var kind: Kind
    var text: String
    /// Whether a space or the start of the text comes before it.
    var isSpaced: Bool
    /// Whether it begins a sentence or a line.
    var opensSentence: Bool
    /// Counted from 0: parts of the text between . ! ? ; , – and line breaks.
    var clause: Int

    /// In lower case, with one kind of apostrophe.
    var key: String { text.lowercased().replacing("’", with: "'") }
    var isCapitalised: Bool { text.first?.isUppercase == true }
    /// Of two letters or more.
    var isAllCapitals: Bool { text.count > 1 && text == text.uppercased() && text != text.lowercased() }

    /// Words and figures of a text in their order, to look for them in another.
    static func keys(of text: String) -> [String] { all(in: text).filter { $0.kind != .sign }.map(\.key) }

    static let spaces: Set<Character> = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]

    static func all(in text: String) -> [Token] {
        var scanner = Scanner(Array(Self.withPlainDigits(text)))
        while scanner.next() {}
        return scanner.tokens
    }

    /// Arabic and Devanagari digits and their separators as those that figures are read from; marks of direction, which
    /// forms of money have around them, are left out.
    private static func withPlainDigits(_ text: String) -> String {
        func isOther(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x61C, 0x660...0x66C, 0x6F0...0x6F9, 0x966...0x96F, 0x200E, 0x200F: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isOther) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x660...0x669: out.append(Unicode.Scalar(scalar.value - 0x660 + 0x30)!)
            case 0x6F0...0x6F9: out.append(Unicode.Scalar(scalar.value - 0x6F0 + 0x30)!)
            case 0x966...0x96F: out.append(Unicode.Scalar(scalar.value - 0x966 + 0x30)!)
            case 0x66A: out.append("%")
            case 0x66B: out.append(".")
            case 0x66C: out.append(",")
            case 0x61C, 0x200E, 0x200F: break
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private struct Scanner {
        let letters: [Character]
        var at = 0
        var clause = 0
        var opensSentence = true
        var tokens: [Token] = []

        init(_ letters: [Character]) { self.letters = letters }

        func letter(_ index: Int) -> Character? { letters.indices.contains(index) ? letters[index] : nil }
        func isDigit(_ index: Int) -> Bool { letter(index).map { ("0"..."9").contains($0) } ?? false }
        func isLetter(_ index: Int) -> Bool { letter(index)?.isLetter ?? false }

        mutating func add(_ kind: Kind, to end: Int) {
            let isSpaced = at == 0 || letters[at - 1].isWhitespace
            tokens.append(
                Token(
                    kind: kind, text: String(letters[at..<end]), isSpaced: isSpaced, opensSentence: opensSentence,
                    clause: clause))
            if kind != .sign { opensSentence = false }
            at = end
        }

        mutating func next() -> Bool {
            guard let first = letter(at) else { return false }
            if first.isWhitespace {
                if first.isNewline {
                    clause += 1
                    opensSentence = true
                }
                at += 1
                return true
            }
            if at == 0 || letters[at - 1].isWhitespace || "(\"'„“«".contains(letters[at - 1]), let end = address() {
                add(.address, to: end)
            } else if first.isLetter {
                add(.word, to: word(from: at))
            } else if isDigit(at) {
                add(.digits, to: digits())
            } else {
                let isStop = ".!?…".contains(first) && !(isLetter(at + 1) || isDigit(at + 1))
                add(.sign, to: at + 1)
                if isStop || ";,–—".contains(first) { clause += 1 }
                if isStop { opensSentence = true }
            }
            return true
        }

        /// Letters, digits after them, and apostrophes and hyphens within.
        func word(from start: Int) -> Int {
            var end = start + 1
            while let next = letter(end) {
                let isInner = "'’-‐&".contains(next) && (isLetter(end + 1) || isDigit(end + 1))
                guard next.isLetter || isDigit(end) || isInner else { break }
                end += 1
            }
            return end
        }

        func run(from start: Int) -> Int {
            var end = start
            while isDigit(end) { end += 1 }
            return end
        }

        func digits() -> Int {
            var end = run(from: at)
            // 2026-11-30
            if end - at == 4, letter(end) == "-", run(from: end + 1) == end + 3, letter(end + 3) == "-",
                run(from: end + 4) == end + 6
            {
                return end + 6
            }
            var group = end - at, isSpaced = false
            while let mark = letter(end), isDigit(end + 1) {
                let next = run(from: end + 1), count = next - end - 1
                if Token.spaces.contains(mark) {
                    // Thousands, as in 12 480: only after at most three digits.
                    guard count == 3, group <= 3, letters[at] != "0", isSpaced || end - at <= 3 else { break }
                    isSpaced = true
                } else if mark == "'" || mark == "’" {
                    guard count == 3 else { break }
                } else if !".,:/".contains(mark) {
                    break
                }
                (end, group) = (next, count)
            }
            return end
        }

        /// The end of an address that begins here.
        func address() -> Int? {
            var end = at
            while let next = letter(end), !next.isWhitespace { end += 1 }
            while end > at, ".,;:!?…)\"'“”»".contains(letters[end - 1]) { end -= 1 }
            let text = String(letters[at..<end])
            if text.contains("://") || text.hasPrefix("www.") { return end }
            if text.count > 1, text.hasPrefix("@") || text.hasPrefix("#"), isLetter(at + 1) { return end }
            let parts = text.split(separator: "/", maxSplits: 1)
            guard let host = parts.first?.split(separator: "@").last, text.first?.isLetter == true else { return nil }
            let labels = host.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.count > 1, let top = labels.last, top.count >= 2,
                host.allSatisfy({ $0.isLowercase || $0.isNumber || ".-".contains($0) }),
                top.allSatisfy(\.isLetter), labels.allSatisfy({ !$0.isEmpty })
            else { return nil }
            return end
        }
    }
}
