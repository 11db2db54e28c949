// gettext PO: a text is a message whose context is its key. A text that is a plural and nothing else becomes an entry with
// plural forms if it can be put together again as it was.
import Diagnostics

/// A plural as gettext has it: the name of the number and a text for each form.
private struct POPlural {
    var name: String
    var texts: [(form: String, text: String)]

    /// nil: the text is more than a plural of these forms, or is written in another way.
    init?(_ text: String, forms: [String]) {
        guard text.hasPrefix("{{"), text.hasSuffix("}}"), let close = Placeholders.close(in: text.dropFirst(2)),
            close.upperBound == text.endIndex
        else { return nil }
        let body = text.dropFirst(2).dropLast(2), name = Placeholders.name(of: body)
        guard let comma = body.firstIndex(of: ","), isName(name),
            case .plural(let choices)? = try? Message(
                body[body.index(after: comma)...], at: Place(file: "", line: 0, column: 0)),
            choices.map(\.selector) == forms
        else { return nil }
        self.name = name
        texts = choices.map { ($0.selector, $0.text) }
        if self.text != text { return nil }
    }

    init(name: String, texts: [(form: String, text: String)]) { (self.name, self.texts) = (name, texts) }

    var text: String { "{{\(name), plural, " + texts.map { "\($0.form) {\($0.text)}" }.joined(separator: " ") + "}}" }
}

extension ExchangeFile {
    /// `Plural-Forms` of gettext, whose forms are those that a language needs, in their order.
    private static func pluralForms(_ language: String) -> String? {
        guard let rules = PluralRules.of(language) else { return nil }
        let tag = language.lowercased()
        switch rules.needed.count {
        case 1: return "nplurals=1; plural=0;"
        case 2:
            let isZeroOne = ["fr", "hi", "pt"].contains(tag.prefix { $0 != "-" }) && tag != "pt-pt"
            return isZeroOne ? "nplurals=2; plural=(n > 1);" : "nplurals=2; plural=(n != 1);"
        case 6:
            return
                "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
        default:
            switch tag.prefix(while: { $0 != "-" }) {
            case "he": return "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);"
            case "cs": return "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);"
            case "pl":
                return
                    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
            default:
                return
                    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
            }
        }
    }

    private var forms: [String] { PluralRules.of(language)?.needed.map(\.rawValue) ?? [] }

    var po: String {
        var out = """
            msgid ""
            msgstr ""
            "Project-Id-Version: \(Self.escaped(spec))\\n"
            "Language: \(language.replacing("-", with: "_"))\\n"
            "X-Source-Language: \(ownLanguage)\\n"
            "MIME-Version: 1.0\\n"
            "Content-Type: text/plain; charset=UTF-8\\n"
            "Content-Transfer-Encoding: 8bit\\n"

            """
        if let plural = Self.pluralForms(language) { out += "\"Plural-Forms: \(plural)\\n\"\n" }
        for unit in units {
            out += "\n"
            if let place = unit.place { out += "#: \(place.file.replacing(" ", with: "_")):\(place.line)\n" }
            if unit.isStale { out += "#, fuzzy\n" }
            let old = unit.oldSource.flatMap { POPlural($0, forms: ["one", "other"]) }
            func previous(_ word: String, _ text: String) {
                out += "#| \(word) \(Self.quoted(text).replacing("\n", with: "\n#| "))\n"
            }
            let plural = POPlural(unit.source, forms: ["one", "other"])
            let target =
                unit.target.map { POPlural($0, forms: forms) } ?? plural.map { POPlural(name: $0.name, texts: []) }
            let isPlural =
                plural != nil && !forms.isEmpty && (unit.oldSource == nil || old != nil)
                && target?.name == plural?.name && plural?.texts.allSatisfy { !$0.text.isEmpty } == true
            if isPlural, let old {
                previous("msgid", old.texts[0].text)
                previous("msgid_plural", old.texts[1].text)
            } else if let old = unit.oldSource {
                previous("msgid", old)
            }
            out += "msgctxt \(Self.quoted(unit.key))\n"
            if isPlural, let plural, let target {
                out += "msgid \(Self.quoted(plural.texts[0].text))\n"
                out += "msgid_plural \(Self.quoted(plural.texts[1].text))\n"
                for index in forms.indices {
                    let text = index < target.texts.count ? target.texts[index].text : ""
                    out += "msgstr[\(index)] \(Self.quoted(text))\n"
                }
            } else {
                out += "msgid \(Self.quoted(unit.source))\nmsgstr \(Self.quoted(unit.target ?? ""))\n"
            }
        }
        return out
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// One string, or one a line.
    private static func quoted(_ text: String) -> String {
        guard text.contains("\n") else { return "\"" + escaped(text) + "\"" }
        var lines: [String] = [], line = ""
        for character in text {
            line.append(character)
            if character == "\n" {
                lines.append(line)
                line = ""
            }
        }
        if !line.isEmpty { lines.append(line) }
        return "\"\"\n" + lines.map { "\"" + escaped($0) + "\"" }.joined(separator: "\n")
    }
}

/// One message of a PO file.
private struct POEntry {
    var context: String?
    var id: String?
    var plural: String?
    var texts: [Int: String] = [:]
    var previous: String?
    var previousPlural: String?
    var isFuzzy = false
    var line = 0
}

extension ExchangeFile {
    static func readPO(_ bytes: [UInt8], file: String) throws(LanguageProblem) -> ExchangeFile {
        let start = Place(file: file, line: 1, column: 1)
        guard bytes.count <= XMLElement.bytes else { throw .badPO("the file is larger than 16 MB", at: start) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .badPO("the file is not UTF-8", at: start)
        }
        let entries = try entries(text, file: file)
        var header: [String: String] = [:]
        for line in (entries.first { $0.id == "" && $0.context == nil }?.texts[0] ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { header[parts[0].lowercased()] = String(trimmedBlanks(parts[1])) }
        }
        if let type = header["content-type"]?.lowercased(), type.contains("charset="), !type.contains("utf-8"),
            !type.contains("charset=charset"), !type.contains("us-ascii"), !type.contains("ascii")
        {
            throw .badPO("the file says that it is not UTF-8", at: start)
        }
        let language = (header["language"] ?? "").replacing("_", with: "-")
        let forms = PluralRules.of(language)?.needed.map(\.rawValue) ?? []
        var units: [Unit] = [], seen: Set<String> = []
        for entry in entries {
            guard let key = entry.context else { continue }
            let place = Place(file: file, line: entry.line, column: 1)
            guard seen.insert(key).inserted else {
                throw .badPO("two messages have the context '\(key.prefix(100))'", at: place)
            }
            var unit = Unit(key: key, source: entry.id ?? "", target: entry.texts[0])
            if let plural = entry.plural {
                // The name of the number is not in the file; `imported` takes it from the text of the spec.
                func joined(_ one: String, _ other: String) -> String {
                    POPlural(name: pluralName, texts: [("one", one), ("other", other)]).text
                }
                unit.source = joined(entry.id ?? "", plural)
                if let old = entry.previous { unit.oldSource = joined(old, entry.previousPlural ?? plural) }
                let texts = forms.indices.map { entry.texts[$0] ?? "" }
                guard entry.texts.keys.allSatisfy(forms.indices.contains) else {
                    throw .badPO("more plural forms than '\(language)' has", at: place)
                }
                unit.target =
                    texts.allSatisfy { !$0.isEmpty }
                    ? POPlural(name: pluralName, texts: Array(zip(forms, texts)).map { ($0, $1) }).text : nil
            } else {
                unit.oldSource = entry.previous
            }
            if unit.target?.isEmpty == true { unit.target = nil }
            unit.isStale = entry.isFuzzy && unit.target != nil
            units.append(unit)
        }
        return ExchangeFile(
            language: language, ownLanguage: header["x-source-language"] ?? "",
            spec: header["project-id-version"] ?? "", units: units)
    }

    /// Stands for the name of a plural's number until the spec is known.
    static let pluralName = "\u{0}"

    private static func entries(_ text: String, file: String) throws(LanguageProblem) -> [POEntry] {
        enum Part: Equatable { case context, id, plural, text(Int), previous, previousPlural, previousContext }
        var all: [POEntry] = [], entry = POEntry(), part: Part?
        func add(_ text: String, to entry: inout POEntry, _ part: Part) {
            switch part {
            case .context: entry.context = (entry.context ?? "") + text
            case .id: entry.id = (entry.id ?? "") + text
            case .plural: entry.plural = (entry.plural ?? "") + text
            case .text(let index): entry.texts[index, default: ""] += text
            case .previous: entry.previous = (entry.previous ?? "") + text
            case .previousPlural: entry.previousPlural = (entry.previousPlural ?? "") + text
            case .previousContext: break
            }
        }
        func end() {
            if entry.id != nil { all.append(entry) }
            (entry, part) = (POEntry(), nil)
        }
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }
        ).enumerated() {
            let place = Place(file: file, line: index + 1, column: 1)
            var rest = trimmedBlanks(line)
            if rest.isEmpty { end(); continue }
            if rest.hasPrefix("#~") { continue }
            var isPrevious = false
            if rest.hasPrefix("#") {
                // A comment belongs to the message below it.
                if !entry.texts.isEmpty { end() }
                if rest.hasPrefix("#,"), rest.contains("fuzzy") { entry.isFuzzy = true }
                guard rest.hasPrefix("#|") else { continue }
                rest = trimmedBlanks(rest.dropFirst(2))
                isPrevious = true
            }
            if !rest.hasPrefix("\"") {
                let word = rest.prefix { !$0.isWhitespace && $0 != "\"" }
                rest = trimmedBlanks(rest[word.endIndex...])
                var next: Part
                switch word {
                case "msgctxt": next = isPrevious ? .previousContext : .context
                case "msgid": next = isPrevious ? .previous : .id
                case "msgid_plural": next = isPrevious ? .previousPlural : .plural
                case "msgstr": next = .text(0)
                default:
                    guard word.hasPrefix("msgstr["), word.hasSuffix("]"),
                        let number = Int(word.dropFirst(7).dropLast()),
                        (0...5).contains(number)
                    else { throw .badPO("'\(word.prefix(40))' is unknown", at: place) }
                    next = .text(number)
                }
                if !entry.texts.isEmpty, [.context, .id].contains(next) { end() }
                if next == .id || next == .context, entry.line == 0 { entry.line = index + 1 }
                part = next
                add("", to: &entry, next)
            }
            guard let part else { throw .badPO("a string that belongs to no message", at: place) }
            add(try string(rest, at: place), to: &entry, part)
        }
        end()
        return all
    }

    private static func string(_ text: Substring, at place: Place) throws(LanguageProblem) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else {
            throw .badPO("a string in quotes is expected", at: place)
        }
        var out = "", isEscaped = false
        for character in text.dropFirst().dropLast() {
            if isEscaped {
                switch character {
                case "n": out += "\n"
                case "t": out += "\t"
                case "r": out += "\r"
                case "a": out += "\u{7}"
                case "b": out += "\u{8}"
                case "f": out += "\u{C}"
                case "v": out += "\u{B}"
                case "\"", "\\": out.append(character)
                default: throw .badPO("unknown escape '\\\(character)'", at: place)
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                throw .badPO("a quote within a string needs a backslash", at: place)
            } else {
                out.append(character)
            }
        }
        guard !isEscaped else { throw .badPO("a string in quotes is expected", at: place) }
        return out
    }
}
