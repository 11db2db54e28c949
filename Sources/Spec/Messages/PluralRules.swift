// Which form of a plural, or of an ordinal ("2nd"), a number takes in a language. The rules of Unicode CLDR 47
// (plurals.xml and ordinals.xml).

struct PluralRules: Sendable {
    enum Form: String, Sendable, CaseIterable { case zero, one, two, few, many, other }

    /// What rules look at: `i` the whole part, `v` the number of visible decimals, `t` these without trailing zeros.
    struct Operands {
        var value: Double
        var i: Int
        var v: Int
        var t: Int
        /// Whether the value is whole, however it is written.
        var isWhole: Bool { t == 0 }

        /// - Parameter text: digits with an optional point, as the number is shown.
        init?(_ text: String) {
            let plain = text.hasPrefix("-") ? text.dropFirst() : text[...]
            let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, let value = Double(plain), value.isFinite, value < 1e15, let whole = Int(parts[0])
            else { return nil }
            let decimals = parts.count == 2 ? parts[1].prefix(15) : ""
            (self.value, i, v) = (value, whole, decimals.count)
            var short = decimals
            while short.hasSuffix("0") { short.removeLast() }
            t = Int(short) ?? 0
        }
    }

    /// Every form of the language, and those that a text must have: the forms of whole numbers below a million.
    let forms: [Form]
    let needed: [Form]
    let form: @Sendable (Operands) -> Form

    /// nil for a language that is not in the list.
    static func of(_ tag: String) -> PluralRules? {
        let tag = tag.lowercased()
        return all[tag] ?? all[String(tag.prefix { $0 != "-" })]
    }

    /// The forms of ordinals; the same languages.
    static func ordinals(of tag: String) -> PluralRules? {
        guard of(tag) != nil else { return nil }
        return ordinals[String(tag.lowercased().prefix { $0 != "-" })] ?? none
    }

    static let known = all.keys.filter { !$0.contains("-") }.sorted()

    private init(_ forms: [Form], needed: [Form]? = nil, _ form: @escaping @Sendable (Operands) -> Form) {
        (self.forms, self.needed, self.form) = (forms, needed ?? forms, form)
    }

    /// Millions: "1 000 000 de plantes".
    private static func isMillions(_ n: Operands) -> Bool { n.i != 0 && n.i % 1_000_000 == 0 && n.v == 0 }

    private static let germanic = PluralRules([.one, .other]) { $0.i == 1 && $0.v == 0 ? .one : .other }
    private static let exactlyOne = PluralRules([.one, .other]) { $0.value == 1 ? .one : .other }
    private static let none = PluralRules([.other]) { _ in .other }

    private static let eastSlavic = PluralRules([.one, .few, .many, .other], needed: [.one, .few, .many]) { n in
        guard n.v == 0 else { return .other }
        let ten = n.i % 10, hundred = n.i % 100
        if ten == 1, hundred != 11 { return .one }
        if (2...4).contains(ten), !(12...14).contains(hundred) { return .few }
        return .many
    }

    private static let all: [String: PluralRules] = [
        "en": germanic, "de": germanic, "nl": germanic, "sv": germanic, "fi": germanic,
        "nb": exactlyOne, "no": exactlyOne, "tr": exactlyOne,
        "ja": none, "ko": none, "zh": none,
        "da": PluralRules([.one, .other]) { n in
            n.value == 1 || (n.t != 0 && (n.i == 0 || n.i == 1)) ? .one : .other
        },
        "fr": PluralRules([.one, .many, .other], needed: [.one, .other]) { n in
            n.i == 0 || n.i == 1 ? .one : isMillions(n) ? .many : .other
        },
        "pt": PluralRules([.one, .many, .other], needed: [.one, .other]) { n in
            n.i == 0 || n.i == 1 ? .one : isMillions(n) ? .many : .other
        },
        "pt-pt": PluralRules([.one, .many, .other], needed: [.one, .other]) { n in
            n.i == 1 && n.v == 0 ? .one : isMillions(n) ? .many : .other
        },
        "it": PluralRules([.one, .many, .other], needed: [.one, .other]) { n in
            n.i == 1 && n.v == 0 ? .one : isMillions(n) ? .many : .other
        },
        "es": PluralRules([.one, .many, .other], needed: [.one, .other]) { n in
            n.value == 1 ? .one : isMillions(n) ? .many : .other
        },
        "pl": PluralRules([.one, .few, .many, .other], needed: [.one, .few, .many]) { n in
            guard n.v == 0 else { return .other }
            if n.i == 1 { return .one }
            return (2...4).contains(n.i % 10) && !(12...14).contains(n.i % 100) ? .few : .many
        },
        "cs": PluralRules([.one, .few, .many, .other], needed: [.one, .few, .other]) { n in
            guard n.v == 0 else { return .many }
            return n.i == 1 ? .one : (2...4).contains(n.i) ? .few : .other
        },
        "ru": eastSlavic, "uk": eastSlavic,
        "ar": PluralRules([.zero, .one, .two, .few, .many, .other]) { n in
            guard n.isWhole else { return .other }
            switch n.i {
            case 0: return .zero
            case 1: return .one
            case 2: return .two
            default:
                let hundred = n.i % 100
                return (3...10).contains(hundred) ? .few : hundred >= 11 ? .many : .other
            }
        },
        "he": PluralRules([.one, .two, .other]) { n in
            (n.i == 1 && n.v == 0) || (n.i == 0 && n.v != 0) ? .one : n.i == 2 && n.v == 0 ? .two : .other
        },
        "hi": PluralRules([.one, .other]) { n in n.i == 0 || n.value == 1 ? .one : .other },
    ]

    /// Languages whose ordinals have one form alone are not listed.
    private static let ordinals: [String: PluralRules] = [
        "en": PluralRules([.one, .two, .few, .other]) { n in
            guard n.isWhole, n.i % 100 / 10 != 1 else { return .other }
            return [1: .one, 2: .two, 3: .few][n.i % 10] ?? .other
        },
        "sv": PluralRules([.one, .other]) { n in
            n.isWhole && (1...2).contains(n.i % 10) && !(11...12).contains(n.i % 100) ? .one : .other
        },
        "fr": PluralRules([.one, .other]) { n in n.value == 1 ? .one : .other },
        "it": PluralRules([.many, .other]) { n in n.isWhole && [8, 11, 80, 800].contains(n.i) ? .many : .other },
        "uk": PluralRules([.few, .other]) { n in n.isWhole && n.i % 10 == 3 && n.i % 100 != 13 ? .few : .other },
        "hi": PluralRules([.one, .two, .few, .many, .other]) { n in
            guard n.isWhole else { return .other }
            return [1: .one, 2: .two, 3: .two, 4: .few, 6: .many][n.i] ?? .other
        },
    ]
}
