// Where the templates of a text begin and end, and which names they use. A message may have braces of its own.
import Diagnostics

enum Placeholders {
    /// The end of a template whose beginning was read: the first `}}` outside of nested braces; nil: it is open.
    static func close(in text: Substring) -> Range<Substring.Index>? {
        var depth = 0, index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            switch text[index] {
            case "{": depth += 1
            case "}" where depth > 0: depth -= 1
            case "}" where next < text.endIndex && text[next] == "}": return index..<text.index(after: next)
            default: break
            }
            index = next
        }
        return text.firstRange(of: "}}")
    }

    /// The same in bytes.
    static func close(in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var depth = 0
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}") where depth > 0: depth -= 1
            case UInt8(ascii: "}") where bytes[(index + 1)...].first == UInt8(ascii: "}"): return index..<index + 2
            default: break
            }
        }
        return bytes.firstRange(of: Array("}}".utf8))
    }

    /// The name in a template: what stands before `|` or a comma.
    static func name(of body: Substring) -> String { String(trimmedBlanks(body.prefix { $0 != "|" && $0 != "," })) }

    /// The names of a text's templates, and of those within them.
    static func names(in text: String) -> Set<String> {
        var found: Set<String> = []
        forEach(in: text) { body, _ in
            found.insert(name(of: body))
            if body.contains("{{") { found.formUnion(names(in: String(body))) }
        }
        return found
    }

    /// The same of a file.
    static func names(in bytes: [UInt8]) -> Set<String> {
        bytes.firstRange(of: Array("{{".utf8)) == nil ? [] : names(in: String(decoding: bytes, as: UTF8.self))
    }

    static func firstName(in text: String) -> String? {
        var first: String?
        forEach(in: text) { body, _ in first = first ?? name(of: body) }
        return first
    }

    /// Whether a text has letters of its own, also within its messages.
    static func hasWords(_ text: String) -> Bool {
        var outside = "", hasMessage = false, rest = text.startIndex
        forEach(in: text) { body, range in
            outside += text[rest..<range.lowerBound]
            rest = range.upperBound
            if body.contains("{") { hasMessage = true }
        }
        outside += text[rest...]
        return hasMessage || outside.contains(where: \.isLetter)
    }

    private static func forEach(in text: String, _ body: (Substring, Range<String.Index>) -> Void) {
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if rest[..<open.lowerBound].hasSuffix("\\") {
                rest = rest[open.upperBound...]
                continue
            }
            guard let close = close(in: rest[open.upperBound...]) else { return }
            body(rest[open.upperBound..<close.lowerBound], open.lowerBound..<close.upperBound)
            rest = rest[close.upperBound...]
        }
    }
}

extension Template {
    /// The value of a template that has a form: `count, plural, …`; nil after reporting an error.
    func formed(_ value: PropValue, named name: String, by form: Substring, _ scope: Scope, _ place: Place)
        -> PropValue?
    {
        do throws(LanguageProblem) {
            let message = try Message(form, at: place)
            return .string(
                try message.text(of: value, named: name, language: scope.language, at: place) {
                    filled($0, scope, place).0
                })
        } catch {
            reader.report(error.diagnostic)
            return nil
        }
    }
}
