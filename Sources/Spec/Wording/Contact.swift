// Web addresses, mail addresses and telephone numbers of a film, and those that are most likely meant to be one and are
// not: lampco.com and lamp-co.com. Knows no addresses; what it compares is the film with itself.
import Diagnostics

struct Contact: Hashable, Sendable {
    enum Kind: Sendable { case site, mail, phone }
    var kind: Kind
    /// What stands before the @, or the digits of a telephone number; empty for a site.
    var name = ""
    /// In small letters, without 'www.' and path.
    var host = ""

    // MARK: Reading

    /// With each, how it is written.
    static func all(in text: String) -> [(contact: Contact, written: String)] {
        phones(in: text) + addresses(in: text)
    }

    private static func addresses(in text: String) -> [(contact: Contact, written: String)] {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ".") }) || text.lowercased().contains(" dot ") else {
            return []
        }
        let parts = text.split(whereSeparator: \.isWhitespace).map(trimmed)
        return parts.enumerated().compactMap { index, part in
            // As a voice says it: "lampco dot com".
            if index + 2 < parts.count, parts[index + 1].lowercased() == "dot",
                endings.contains(parts[index + 2].lowercased())
            {
                let host = "\(part).\(parts[index + 2])".lowercased()
                return isHost(host)
                    ? (Contact(kind: .site, host: host), "\(part) dot \(parts[index + 2])") : nil
            }
            let sides = part.split(separator: "@", omittingEmptySubsequences: false)
            if sides.count == 2, !sides[0].isEmpty, isHost(sides[1].lowercased()) {
                let contact = Contact(kind: .mail, name: sides[0].lowercased(), host: sides[1].lowercased())
                return (contact, String(part))
            }
            var rest = part.lowercased()[...], isNamed = false
            for opening in ["https://", "http://", "www."] where rest.hasPrefix(opening) {
                rest = rest.dropFirst(opening.count)
                isNamed = true
            }
            let host = String(rest.prefix { !"/?#:".contains($0) })
            guard isHost(host), isNamed || endings.contains(host.split(separator: ".").last.map(String.init) ?? "")
            else { return nil }
            return (Contact(kind: .site, host: host), String(part))
        }
    }

    private static func trimmed(_ part: Substring) -> Substring {
        var part = part.drop { "(\"'„“”‘«<[".contains($0) }
        while let last = part.last, ".,;:!?…)\"'“”’»>]".contains(last) { part.removeLast() }
        return part
    }

    private static func isHost(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && text.count < 254
            && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } }
            && labels[labels.count - 1].count > 1 && labels[labels.count - 1].allSatisfy(\.isLetter)
    }

    /// Endings that make a word with a dot an address; others need 'www.' or 'https://'.
    private static let endings: Set<String> = [
        "com", "net", "org", "io", "co", "de", "at", "ch", "eu", "uk", "fr", "es", "it", "nl", "be", "pl", "se", "dk",
        "pt", "br", "ca", "au", "nz", "jp", "cn", "us", "app", "dev", "shop", "store", "ai", "info", "biz", "tv",
    ]

    private static func phones(in text: String) -> [(contact: Contact, written: String)] {
        guard text.utf8.count(where: { (48...57).contains($0) }) > 6 else { return [] }
        return text.matches(of: /[+(]?[0-9][0-9 \u{A0}()\/.\-–]{5,}[0-9]/).compactMap { match in
            let written = String(match.output), digits = written.filter { ("0"..."9").contains($0) }
            if match.range.lowerBound > text.startIndex {
                let before = text[text.index(before: match.range.lowerBound)]
                guard !before.isLetter, !before.isNumber, !"$€£¥.,:#".contains(before) else { return nil }
            }
            let isDate = /[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}([.\/])[ 0]?[0-9]{1,2}\1.*|0[.,].*/
            let isLocal = /1?[-. ]?\(?[0-9]{3}\)?[-. ]{1,2}[0-9]{3}[-. ][0-9]{4}|[0-9]{3}-[0-9]{4}/
            guard (7...15).contains(digits.count), written.wholeMatch(of: isDate) == nil,
                written.hasPrefix("+") || written.hasPrefix("0") || written.hasPrefix("(")
                    || written.wholeMatch(of: isLocal) != nil
            else { return nil }
            return (Contact(kind: .phone, name: String(digits.drop { $0 == "0" })), written)
        }
    }

    // MARK: Comparing

    enum Likeness { case other, sameName, near }

    /// - Returns: `sameName` for lampco.com and lampco.de, `near` for what differs as a slip of the hand does.
    func likeness(to other: Contact) -> Likeness {
        guard kind == other.kind, self != other else { return .other }
        switch kind {
        case .phone:
            // +49 30 123456 is 030 123456.
            if name.hasSuffix(other.name) || other.name.hasSuffix(name) { return .other }
            let count = min(name.count, other.name.count)
            let own = abs(name.count - other.name.count) < 4 ? (name.suffix(count), other.name.suffix(count)) : nil
            return Self.isSlip(name, other.name, letters: false)
                || own.map { Self.isSlip(String($0.0), String($0.1), letters: false) } ?? false ? .near : .other
        case .mail where host == other.host:
            return Self.isSlip(name, other.name) ? .near : .other
        case .mail where name != other.name: return .other
        case .mail, .site:
            let one = Self.parts(host), two = Self.parts(other.host)
            if one.name == two.name { return .sameName }
            func plain(_ name: String) -> String { name.filter { $0 != "-" && $0 != "." } }
            // Subdomains are others: shop.lampco.com.
            if one.name.filter({ $0 == "." }) == two.name.filter({ $0 == "." }) {
                if plain(one.name) == plain(two.name) { return .near }
                if one.ending == two.ending, Self.isSlip(one.name, two.name) { return .near }
            }
            return .other
        }
    }

    private static func parts(_ host: String) -> (name: String, ending: String) {
        let labels = host.split(separator: ".")
        let isTwo =
            labels.count > 2 && labels[labels.count - 1].count == 2
            && ["co", "com", "org", "net", "ac", "gov"].contains(labels[labels.count - 2])
        let name = labels.dropLast(isTwo ? 2 : 1), ending = labels.suffix(isTwo ? 2 : 1)
        return (name.joined(separator: "."), ending.joined(separator: "."))
    }

    /// Two neighbours are swapped, or one character is another, is missing or is too much. In names only letters: the
    /// sites lamp1.com and lamp2.com are two.
    private static func isSlip(_ one: String, _ other: String, letters: Bool = true) -> Bool {
        let a = Array(one), b = Array(other)
        let long = a.count > b.count ? a : b, short = a.count > b.count ? b : a
        func counts(_ letter: Character) -> Bool { letter.isLetter == letters }
        if long.count == short.count + 1, long.count > 5 {
            // At the end it may be that of a plural.
            let isPlural = letters && "sen".contains(long[long.count - 1])
            return long.indices.dropLast(isPlural ? 1 : 0).contains {
                counts(long[$0]) && Array(long[..<$0] + long[($0 + 1)...]) == short
            }
        }
        guard long.count == short.count else { return false }
        let wrong = zip(a, b).enumerated().filter { $0.element.0 != $0.element.1 }
        guard wrong.allSatisfy({ counts($0.element.0) && counts($0.element.1) }) else { return false }
        if wrong.count == 1 { return a.count > 5 }
        return wrong.count == 2 && a.count > 3 && wrong[1].offset == wrong[0].offset + 1
            && wrong[0].element.0 == wrong[1].element.1 && wrong[0].element.1 == wrong[1].element.0
    }
}

/// The contacts of all statements.
struct Contacts {
    private struct Use {
        var statement: Statement
        var written: String
    }

    /// More different ones are a list of shops.
    private static let most = 100

    static func problems(in statements: [Statement]) -> [WordingProblem] {
        var uses: [Contact: [Use]] = [:], order: [Contact] = []
        for statement in statements where statement.kind.isPartOfTheFilm {
            for (contact, written) in Contact.all(in: statement.text) {
                if uses[contact] == nil { order.append(contact) }
                uses[contact, default: []].append(Use(statement: statement, written: written))
            }
        }
        guard order.count > 1, order.count <= most else { return [] }
        var problems: [WordingProblem] = []
        for (index, one) in order.enumerated() {
            for other in order[(index + 1)...] {
                let likeness = one.likeness(to: other)
                guard likeness != .other,
                    let (odd, usual) = apart(uses[one] ?? [], uses[other] ?? [], one.kind, likeness)
                else { continue }
                problems.append(
                    .address(
                        odd.written, usual: usual.written, text: odd.statement.text, otherText: usual.statement.text,
                        otherKind: usual.statement.kind.name, holder: usual.statement.place, at: odd.statement.place))
            }
        }
        return problems
    }

    /// The use to report and one of the other; nil if the film has both on purpose.
    private static func apart(_ one: [Use], _ other: [Use], _ kind: Contact.Kind, _ likeness: Contact.Likeness)
        -> (odd: Use, usual: Use)?
    {
        func isText(_ use: Use) -> Bool { use.statement.kind == .text }
        for a in one {
            for b in other {
                // A text that has both says that there are two.
                if a.statement.place == b.statement.place && a.statement.kind != .cta { return nil }
                guard isText(a), isText(b) else { continue }
                // Sales and service have neighbouring numbers, countries their endings.
                if kind == .phone || (likeness == .sameName && a.statement.meets(b.statement)) { return nil }
            }
        }
        let ranks: [Statement.Kind] = [.caption, .narration, .title, .text, .cta]
        func rank(_ uses: [Use]) -> Int { uses.compactMap { ranks.firstIndex(of: $0.statement.kind) }.max() ?? 0 }
        let isFirstUsual = rank(one) != rank(other) ? rank(one) > rank(other) : one.count >= other.count
        guard let first = one.first, let second = other.first else { return nil }
        let best = { (uses: [Use]) in uses.max { rank([$0]) < rank([$1]) } }
        return isFirstUsual ? (second, best(one) ?? first) : (first, best(other) ?? second)
    }
}
