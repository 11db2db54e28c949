// Texts on their way to a translator and back: what XLIFF and PO files hold. The formats have files of their own.
import Diagnostics
import YAML

public struct ExchangeFile: Sendable {
    public struct Unit: Sendable {
        public var key: String
        /// The text that the translator sees.
        public var source: String
        /// nil: not translated.
        public var target: String?
        /// Whether the translation is of another source, which is `oldSource` if it is known.
        public var isStale = false
        public var oldSource: String?
        public var place: Place?
        public init(key: String, source: String, target: String?) {
            (self.key, self.source, self.target) = (key, source, target)
        }
    }

    public enum Format: String, Sendable, CaseIterable {
        case xliff, po

        /// By the ending of a file's name; nil: neither.
        public init?(file: String) {
            let name = file.lowercased()
            if name.hasSuffix(".xlf") || name.hasSuffix(".xliff") {
                self = .xliff
            } else if name.hasSuffix(".po") || name.hasSuffix(".pot") {
                self = .po
            } else {
                return nil
            }
        }

        public var ending: String { self == .xliff ? "xlf" : "po" }
    }

    public var language: String
    public var ownLanguage: String
    /// The name of the spec.
    public var spec: String
    public var units: [Unit]

    public func text(_ format: Format) -> String { format == .xliff ? xliff : po }

    public static func read(_ bytes: [UInt8], _ format: Format, file: String) throws(LanguageProblem) -> ExchangeFile {
        format == .xliff ? try readXLIFF(bytes, file: file) : try readPO(bytes, file: file)
    }
}

/// The languages and texts of a spec, as far as they can be known without props.
public struct SpecTranslations: Sendable {
    public let spec: String
    public let ownLanguage: String
    public let texts: [SpecText]
    /// In the order of the spec; `file` is the path of its texts, relative to the workspace.
    public let languages: [(name: String, file: String?)]
    private let declared: LanguagesSpec

    /// - Throws: all faults of the document, of its languages, and texts with equal keys.
    public init(_ bytes: [UInt8], spec: String) throws(Diagnostics) {
        let root: Node = try YAML.parse(bytes: bytes, file: spec)
        let reader = Reader(), declared = root["languages"].flatMap { LanguagesSpec.kind.read($0, reader) }
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        self.spec = spec
        let named = root["video"]?["language"]?.text
        ownLanguage = declared?.own?.value ?? (named?.contains("{{") == true ? nil : named) ?? "en"
        self.declared = declared ?? LanguagesSpec()
        languages = (declared?.others ?? []).map { ($0.name, $0.value.texts?.value) }
        texts = try SpecTexts.unique(in: root)
    }

    private func texts(for language: String) -> [SpecText] { SpecTexts.of(declared[language], texts) }

    /// What a file says of the texts, and errors in its translations.
    public func compare(_ file: TextFile, _ language: String) -> (translation: Translation, errors: [Diagnostic]) {
        var translation = Translation(language: language, own: ownLanguage)
        let errors = translation.compare(texts(for: language), file)
        return (translation, errors)
    }

    /// The file with an entry for every text, in the order of the spec, then what the spec does not have. A text that is
    /// not translated gets the source of now; of translations, sources stay what they were made from.
    public func extracted(_ file: TextFile, _ language: String) -> (file: TextFile, added: [String]) {
        var out = TextFile(), added: [String] = []
        out.rest = file.rest
        let entries = Dictionary(file.entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for text in texts(for: language) {
            if var entry = entries[text.key] {
                if entry.text == nil { entry.source = text.text }
                out.entries.append(entry)
            } else if !text.isOptional {
                added.append(text.key)
                out.entries.append(TextFile.Entry(key: text.key, text: nil, source: text.text))
            }
        }
        let keys = Set(texts.map(\.key))
        out.entries += file.entries.filter { !keys.contains($0.key) }
        return (out, added)
    }

    /// For a translator.
    public func exchange(_ file: TextFile, _ language: String) -> ExchangeFile {
        let entries = Dictionary(file.entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let units: [ExchangeFile.Unit] = texts(for: language).compactMap { text in
            let entry = entries[text.key]
            if text.isOptional, entry?.text == nil { return nil }
            var unit = ExchangeFile.Unit(key: text.key, source: text.text, target: entry?.text)
            unit.place = text.place
            if let source = entry?.source, entry?.text != nil, source != text.text {
                (unit.isStale, unit.oldSource) = (true, source)
            }
            return unit
        }
        return ExchangeFile(language: language, ownLanguage: ownLanguage, spec: spec, units: units)
    }

    public struct Imported: Sendable {
        public var file: TextFile
        public var changed: [String] = []
        /// Keys that the spec does not have; their translations are kept.
        public var unknown: [String] = []
    }

    /// The file with the translations of a translator. Nothing is removed, and an empty translation changes nothing.
    public func imported(_ exchange: ExchangeFile, into file: TextFile) -> Imported {
        var out = Imported(file: file)
        let keys = Set(texts.map(\.key))
        var places = Dictionary(
            out.file.entries.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let sources = Dictionary(texts.map { ($0.key, $0.text) }, uniquingKeysWith: { first, _ in first })
        for var unit in exchange.units {
            if unit.source.contains(ExchangeFile.pluralName) { unit.nameNumber(as: sources[unit.key]) }
            guard let target = unit.target, !isBlankText(target) else { continue }
            if !keys.contains(unit.key) { out.unknown.append(unit.key) }
            guard let index = places[unit.key] else {
                places[unit.key] = out.file.entries.count
                out.file.entries.append(
                    TextFile.Entry(
                        key: unit.key, text: target, source: unit.isStale ? unit.oldSource : unit.source))
                out.changed.append(unit.key)
                continue
            }
            var entry = out.file.entries[index]
            let isSame = entry.text == target
            // A translation that has not been touched says nothing new about its source, unless it was confirmed.
            let source = unit.isStale ? (isSame ? entry.source : unit.oldSource ?? entry.source) : unit.source
            let isConfirmed = entry.source != nil && entry.source != source
            guard !isSame || isConfirmed else { continue }
            (entry.text, entry.source) = (target, source)
            out.file.entries[index] = entry
            out.changed.append(unit.key)
        }
        out.file = extracted(out.file, exchange.language).file
        return out
    }
}

extension ExchangeFile.Unit {
    /// Gives a plural of a PO file the name that the number has in the text of the spec.
    fileprivate mutating func nameNumber(as text: String?) {
        let name = text.flatMap { Placeholders.firstName(in: $0) } ?? "n"
        func named(_ text: String) -> String { text.replacing(ExchangeFile.pluralName, with: name) }
        (source, target, oldSource) = (named(source), target.map(named), oldSource.map(named))
    }
}
