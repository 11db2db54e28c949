// What a file of texts says of the texts of a spec: which are translated, which are missing, made from an older source,
// or unknown. Errors are placeholders that a translation lost or added.
import Diagnostics
import YAML

public struct Translation: Codable, Sendable {
    public struct Missing: Codable, Sendable {
        public var key: String
        public var text: String
        public var place: Place
    }

    public struct Stale: Codable, Sendable {
        public var key: String
        /// The text that was translated, and what the spec says now.
        public var source: String
        public var now: String
        public var place: Place
    }

    public struct Unknown: Codable, Sendable {
        public var key: String
        public var known: [String]
        public var place: Place
    }

    /// A file of the spec's own language that this film uses too.
    public struct Kept: Codable, Sendable {
        public var file: String
        public var place: Place
    }

    public var language: String
    /// The language of the spec.
    public var own: String
    public var translated: [String] = []
    public var missing: [Missing] = []
    public var stale: [Stale] = []
    public var unknown: [Unknown] = []
    public var voices: [Kept] = []
    public var captions: [Kept] = []

    public init(language: String, own: String) { (self.language, self.own) = (language, own) }

    /// - Returns: errors in the translations.
    mutating func compare(_ texts: [SpecText], _ file: TextFile) -> [Diagnostic] {
        var errors: [Diagnostic] = []
        let entries = Dictionary(file.entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for text in texts {
            guard let entry = entries[text.key], let translated = entry.text else {
                if !text.isOptional { missing.append(Missing(key: text.key, text: text.text, place: text.place)) }
                continue
            }
            self.translated.append(text.key)
            let place = entry.node?.place ?? entry.keyPlace
            if let source = entry.source, source != text.text {
                stale.append(Stale(key: text.key, source: source, now: text.text, place: place))
            }
            let wanted = Placeholders.names(in: text.text), found = Placeholders.names(in: translated)
            for name in wanted.subtracting(found).sorted() {
                errors.append(
                    LanguageProblem.lostPlaceholder(name, key: text.key, source: text.text, at: place).diagnostic)
            }
            for name in found.subtracting(wanted).sorted() {
                errors.append(
                    LanguageProblem.addedPlaceholder(name, key: text.key, known: wanted.sorted(), at: place).diagnostic)
            }
        }
        let keys = Set(texts.map(\.key))
        for entry in file.entries where !keys.contains(entry.key) {
            let near = didYouMean(entry.key, among: texts.map(\.key)).map { [$0] } ?? []
            unknown.append(Unknown(key: entry.key, known: near, place: entry.keyPlace))
        }
        return errors
    }
}
