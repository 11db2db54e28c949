// vgraph texts: texts of a spec for translators, and their translations back. Files of texts are written whole or not at
// all, and no translation is ever removed from one.
import ArgumentParser
import Diagnostics
import Files
import Spec
import Store
import Work

struct TextsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "texts", abstract: "Write texts for translators, take them back, and say what is missing.",
        discussion: """
            A spec names its languages and their files of texts:
              languages: { default: en, de: texts.de.yaml, ar: texts.ar.yaml }

              vgraph texts extract                         write or update these files
              vgraph texts extract --lang de --format po   launch.de.po for a translator
              vgraph texts import launch.de.po             and back into texts.de.yaml
              vgraph texts status                          what is missing or outdated

            Where a folder has several specs, name one.
            """,
        subcommands: [TextsExtractCommand.self, TextsStatusCommand.self, TextsImportCommand.self])
}

/// A spec and the files of texts of its languages.
private struct TextsFolder {
    let workspace: String
    let translations: SpecTranslations
    private let root: Root

    init(_ options: FolderOptions, spec named: String?) throws {
        workspace = try options.workspace()
        root = Root(workspace, links: .inside)
        let spec: String
        if let named {
            let path = named.hasPrefix("/") ? named : workspace + "/" + named
            spec = path.beneath(workspace) ?? named
        } else {
            let specs = (try root.names(workspace) ?? []).filter { $0.hasSuffix(".video.yaml") }.sorted()
            guard specs.count == 1 else { throw LanguageProblem.manySpecs(specs) }
            spec = specs[0]
        }
        guard let bytes = try Self.bytes(spec, workspace, root) else {
            throw LanguageProblem.unreadable(spec, reason: "the file does not exist")
        }
        translations = try SpecTranslations(bytes, spec: spec)
        guard !translations.languages.isEmpty else { throw LanguageProblem.noLanguages(spec) }
    }

    private static func bytes(_ name: String, _ workspace: String, _ root: Root) throws -> [UInt8]? {
        let path = name.hasPrefix("/") ? name : workspace + "/" + name
        if case .present(let signature) = root.look(at: path), signature.size > 64 << 20 {
            throw LanguageProblem.unreadable(name, reason: "it is larger than 64 MB")
        }
        return try FileContent.read(path, keepBytes: true, in: root)?.bytes
    }

    /// Languages with a file of texts: one, or all.
    func languages(_ wanted: String?) throws -> [(name: String, file: String)] {
        if let wanted {
            guard let found = translations.languages.first(where: { $0.name == wanted }) else {
                throw LanguageProblem.unknownLanguage(wanted, known: translations.languages.map(\.name))
            }
            guard let file = found.file else { throw LanguageProblem.noTexts(wanted, spec: translations.spec) }
            return [(wanted, file)]
        }
        return translations.languages.compactMap { language in language.file.map { (language.name, $0) } }
    }

    /// An empty one if it is not there yet.
    func texts(_ file: String) throws -> TextFile {
        guard Folders.root(of: file) == nil else {
            throw LanguageProblem.unreadable(file, reason: "it is outside of the workspace")
        }
        return try read(file)
    }

    private func read(_ file: String) throws -> TextFile {
        try TextFile(Self.bytes(file, workspace, root) ?? [], file: file)
    }

    func exchange(_ file: String) throws -> ExchangeFile {
        guard let format = ExchangeFile.Format(file: file) else { throw LanguageProblem.unknownExchange(file) }
        let path = Folder.absolute(file)
        // A file that the user names may lie anywhere.
        let folder = Root(path.folderPart, links: .inside)
        if case .present(let signature) = folder.look(at: path), signature.size > 64 << 20 {
            throw LanguageProblem.unreadable(file, reason: "it is larger than 64 MB")
        }
        guard let content = try FileContent.read(path, keepBytes: true, in: folder) else {
            throw LanguageProblem.unreadable(file, reason: "the file does not exist")
        }
        return try ExchangeFile.read(content.bytes, format, file: file)
    }

    /// - Returns: whether it has other bytes now.
    func write(_ text: String, to file: String) throws -> Bool {
        let path = workspace + "/" + file, bytes = Array(text.utf8)
        if try Self.bytes(file, workspace, root) == bytes { return false }
        try AtomicFile.write(bytes, to: path, by: path.folderPart, in: root, lasts: true)
        return true
    }

    /// launch.de.po of launch.video.yaml.
    func exchangeName(_ language: String, _ format: ExchangeFile.Format) -> String {
        let spec = translations.spec
        let stem = spec.hasSuffix(".video.yaml") ? String(spec.dropLast(".video.yaml".count)) : spec
        return "\(stem).\(language).\(format.ending)"
    }

    /// "12 translated, 2 missing, 1 outdated"
    func words(_ translation: Translation) -> String {
        var parts = ["\(translation.translated.count) translated"]
        for (number, word) in [
            (translation.missing.count, "missing"), (translation.stale.count, "outdated"),
            (translation.unknown.count, "unknown"),
        ] where number > 0 { parts.append("\(number) \(word)") }
        return parts.joined(separator: ", ")
    }
}

struct TextsExtractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Write or update the files for translators.",
        discussion: """
            Translations stay as they are, also those of texts that the spec no longer has,
            which are listed. A new text is added with its source and without a
            translation. The source of a translation stays the one that it was made from.
            """)
    enum Format: String, ExpressibleByArgument, CaseIterable { case yaml, xliff, po }

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("lang"), help: ArgumentHelp("Only this language.", valueName: "tag")) var language:
        String?
    @Option(help: "yaml: the files that the spec names; xliff, po: NAME.LANG.xlf or .po beside the spec.") var format:
        Format = .yaml
    @Argument(help: "The spec, if there are several here.") var spec: String?

    func run() throws {
        try exiting(json: folder.json) {
            let texts = try TextsFolder(folder, spec: spec)
            for (language, file) in try texts.languages(self.language) {
                let found = try texts.texts(file), compared = texts.translations.compare(found, language)
                printDiagnostics(compared.errors, json: folder.json)
                var name = file, added: [String] = []
                let isWritten: Bool
                if let format = ExchangeFile.Format(rawValue: format.rawValue) {
                    name = texts.exchangeName(language, format)
                    isWritten = try texts.write(texts.translations.exchange(found, language).text(format), to: name)
                } else {
                    let extracted = texts.translations.extracted(found, language)
                    added = extracted.added
                    isWritten = try texts.write(extracted.file.yaml, to: name)
                }
                if folder.json {
                    JSONReport.say([
                        "event": .string("extracted"), "language": .string(language), "file": .string(name),
                        "written": .bool(isWritten), "added": .array(added.map(Value.string)),
                        "missing": .array(compared.translation.missing.map { .string($0.key) }),
                        "stale": .array(compared.translation.stale.map { .string($0.key) }),
                        "unknown": .array(compared.translation.unknown.map { .string($0.key) }),
                    ])
                    continue
                }
                print("\(name): \(isWritten ? "written" : "unchanged"), \(texts.words(compared.translation))")
                for gone in compared.translation.unknown { print("  not in the spec, kept: \(gone.key)") }
            }
        }
    }
}

struct TextsStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what is translated, missing, outdated or unknown.",
        discussion: """
            Exit codes: 0 every language is complete; 3 a text is missing, outdated,
            unknown or wrong.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(name: .customLong("lang"), help: ArgumentHelp("Only this language.", valueName: "tag")) var language:
        String?
    @Argument(help: "The spec, if there are several here.") var spec: String?

    func run() throws {
        try exiting(json: folder.json) {
            let texts = try TextsFolder(folder, spec: spec)
            var isComplete = true
            let all = language == nil ? texts.translations.languages : try texts.languages(language).map { ($0, $1) }
            for (language, file) in all {
                let (found, errors) = texts.translations.compare(try file.map(texts.texts) ?? TextFile(), language)
                let file = file ?? "no file of texts"
                let isWhole = found.missing.isEmpty && found.stale.isEmpty && found.unknown.isEmpty && errors.isEmpty
                isComplete = isComplete && isWhole
                if folder.json {
                    printDiagnostics(errors, json: true)
                    JSONReport.say([
                        "event": .string("texts"), "language": .string(language), "file": .string(file),
                        "complete": .bool(isWhole), "translated": .array(found.translated.map(Value.string)),
                        "missing": .array(found.missing.map { .string($0.key) }),
                        "stale": .array(found.stale.map { .string($0.key) }),
                        "unknown": .array(found.unknown.map { .string($0.key) }),
                        "wrong": .int(errors.count),
                    ])
                    continue
                }
                print("\(language)  \(file): \(texts.words(found))")
                for text in found.missing { print("  missing   \(text.key): \(text.text)") }
                for text in found.stale { print("  outdated  \(text.key): '\(text.source)' is now '\(text.now)'") }
                for text in found.unknown { print("  unknown   \(text.key)") }
                printDiagnostics(errors)
            }
            guard isComplete else { throw ExitStatus.revise.code }
        }
    }
}

struct TextsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put the translations of an XLIFF 2 or PO file into the file of texts.",
        discussion: """
            The file says its language. Empty translations change nothing, and nothing is
            removed. A translation that came back gets the source that the translator saw.
            """)

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The file of the translator: .xlf, .xliff or .po.") var file: String
    @Argument(help: "The spec, if there are several here.") var spec: String?

    func run() throws {
        try exiting(json: folder.json) {
            let texts = try TextsFolder(folder, spec: spec), exchange = try texts.exchange(file)
            let all = try texts.languages(nil)
            guard let (language, target) = all.first(where: { $0.name.lowercased() == exchange.language.lowercased() })
            else {
                throw LanguageProblem.exchangeLanguage(exchange.language, file: file, known: all.map(\.name))
            }
            let imported = texts.translations.imported(exchange, into: try texts.texts(target))
            let (translation, errors) = texts.translations.compare(
                try TextFile(Array(imported.file.yaml.utf8), file: target), language)
            // A translation that no film can show is refused here, where the translator can still be asked.
            guard errors.isEmpty else { throw Diagnostics(errors) }
            let isWritten = try texts.write(imported.file.yaml, to: target)
            if folder.json {
                return JSONReport.say([
                    "event": .string("imported"), "language": .string(language), "file": .string(target),
                    "written": .bool(isWritten), "changed": .array(imported.changed.map(Value.string)),
                    "unknown": .array(imported.unknown.map(Value.string)),
                ])
            }
            let count = imported.changed.count
            print(
                "\(target): \(count == 0 ? "unchanged" : "\(count) \(count == 1 ? "text" : "texts") changed"), "
                    + texts.words(translation))
            for key in imported.unknown { print("  not in the spec, kept: \(key)") }
        }
    }
}
