// A file of texts in another language: `key: text`, or `key: { source: …, text: … }`, where `source` is the text that was
// translated. Keeps the comments that stand before a key, so that writing it again loses none of them.
import Diagnostics
import YAML

public struct TextFile: Sendable {
    public struct Entry: Sendable {
        public var key: String
        public var keyPlace: Place
        /// nil: it has not been translated.
        public var text: String?
        /// The node of the text: its place is where findings point.
        var node: Node?
        public var source: String?
        /// Lines with `#` in their first column, and empty lines, above it.
        public var comments: [String] = []

        public init(
            key: String, text: String?, source: String?, comments: [String] = [],
            at place: Place = Place(file: "", line: 0, column: 0)
        ) {
            (self.key, self.text, self.source, self.comments) = (key, text, source, comments)
            keyPlace = place
        }
    }

    /// In the order of the file.
    public var entries: [Entry]
    /// Comments behind the last one.
    public var rest: [String] = []

    public static let limit = 20_000

    public init(entries: [Entry] = []) { self.entries = entries }

    /// - Throws: all faults of the file.
    public init(_ bytes: [UInt8], file: String) throws(Diagnostics) {
        self.init()
        guard bytes.contains(where: { $0 > 0x20 }) else { return }
        let root: Node
        do { root = try YAML.parse(bytes: bytes, file: file) } catch {
            // A file of comments has no document.
            guard error.all.allSatisfy({ $0.id == "yaml-empty" }) else { throw error }
            rest = Self.lines(of: bytes).filter { $0.hasPrefix("#") }
            return
        }
        guard let pairs = root.pairs else {
            if root.isNull { return }
            throw Diagnostics([LanguageProblem.notTexts(found: root.kindName, at: root.place).diagnostic])
        }
        guard pairs.count <= Self.limit else {
            throw Diagnostics([
                LanguageProblem.manyTexts(count: pairs.count, limit: Self.limit, at: root.place).diagnostic
            ])
        }
        var problems: [Diagnostic] = []
        entries = pairs.map { pair in
            var entry = Entry(key: pair.name, text: nil, source: nil, at: pair.key.place)
            let (node, source) = Self.parts(pair.value, of: pair.name, &problems)
            if let node, let text = node.text, !node.isNull, !isBlankText(text) {
                if text.utf8.count > SpecLimits.text {
                    problems.append(
                        LanguageProblem.longText(pair.name, limit: SpecLimits.text, at: node.place).diagnostic)
                }
                entry.text = withoutLastBreaks(text)
                // Whatever it looks like, a translation is a text.
                entry.node = Node(.scalar(withoutLastBreaks(text), isPlain: false), at: node.place)
            }
            entry.source = source
            return entry
        }
        guard problems.isEmpty else { throw Diagnostics(problems.inFileOrder()) }
        noteComments(of: bytes)
    }

    private static func parts(_ node: Node, of key: String, _ problems: inout [Diagnostic]) -> (Node?, String?) {
        guard let pairs = node.pairs else {
            if node.text == nil {
                problems.append(LanguageProblem.notAText(key, found: node.kindName, at: node.place).diagnostic)
            }
            return (node, nil)
        }
        var text: Node?, source: String?
        for pair in pairs {
            switch pair.name {
            case "text", "source":
                if pair.value.text == nil {
                    problems.append(
                        LanguageProblem.notAText(key, found: pair.value.kindName, at: pair.value.place).diagnostic)
                } else if pair.name == "text" {
                    text = pair.value
                } else if !pair.value.isNull {
                    source = pair.value.text.map(withoutLastBreaks)
                }
            default:
                problems.append(LanguageProblem.unknownPart(pair.name, key: key, at: pair.key.place).diagnostic)
            }
        }
        return (text, source)
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self)
        }
    }

    private mutating func noteComments(of bytes: [UInt8]) {
        let lines = Self.lines(of: bytes)
        func isComment(_ line: String) -> Bool { line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) }
        func above(_ line: Int) -> [String] {
            var from = line
            while from > 0, isComment(lines[from - 1]) { from -= 1 }
            // Empty lines separate; they are no comments.
            return lines[from..<line].filter { $0.hasPrefix("#") }
        }
        for index in entries.indices {
            let line = entries[index].keyPlace.line - 1
            if entries[index].keyPlace.column == 1, lines.indices.contains(line) {
                entries[index].comments = above(line)
            }
        }
        rest = above(lines.count)
    }

    public subscript(key: String) -> Entry? { entries.first { $0.key == key } }

    /// The file as YAML.
    public var yaml: String {
        var out = ""
        for entry in entries {
            for line in entry.comments { out += line + "\n" }
            out += Self.quoted(entry.key, isKey: true) + ":"
            if let source = entry.source {
                out +=
                    "\n  source: " + Self.quoted(source) + "\n  text:"
                    + (entry.text.map { " " + Self.quoted($0) } ?? "")
            } else if let text = entry.text {
                out += " " + Self.quoted(text)
            }
            out += "\n"
        }
        for line in rest { out += line + "\n" }
        return out
    }

    /// A double-quoted scalar; a key without quotes if YAML allows it.
    private static func quoted(_ text: String, isKey: Bool = false) -> String {
        let isPlain =
            isKey
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0 & 0xDF) || [45, 46, 47, 95].contains($0)
            } && text.utf8.first.map { (65...90).contains($0 & 0xDF) } == true
        if isPlain { return text }
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            default:
                let isHidden =
                    scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || scalar.value == 0xFEFF
                    || scalar.properties.generalCategory == .format
                    || [.lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
                if isHidden, scalar.value <= 0xFFFF {
                    let hex = String(scalar.value, radix: 16, uppercase: true)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
