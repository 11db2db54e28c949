// The film of a spec in another language: the same spec with other texts, files and fonts. Everything is put in before
// props are filled in, so that all later steps know one language only.
import Composition
import Diagnostics
import YAML

/// What a spec was read from, to read it again in another language.
struct SpecSource: Sendable {
    var root: Node
    var props: Node?
    var set: [String: String]
    var choice: FilmChoice
}

/// A spec in one language, with the facts of the files that it uses there.
struct LanguageFilm {
    var spec: ValidSpec
    var facts: Facts
    /// nil: the language of the spec itself.
    var translation: Translation?
}

extension ValidSpec {
    /// The other languages that the spec declares.
    public var languages: [String] { document.languages.others.map(\.name) }

    /// The texts of the spec in its own language, for translators.
    /// - Throws: two texts with one key.
    public func texts() throws(Diagnostics) -> [SpecText] {
        try SpecTexts.unique(in: source.root)
    }

    /// The file of texts of a language, relative to the workspace; nil if it has none.
    public func textFile(of language: String) -> String? { document.languages[language]?.texts?.value }

    /// The film in a language; the one that the spec was read for without a name.
    /// - readFile: as for `resolve`.
    func film(in language: String? = nil, facts: Facts, readFile: (String) throws -> [UInt8]) throws(Diagnostics)
        -> LanguageFilm
    {
        guard let name = language ?? self.language, let entry = document.languages[name] else {
            return LanguageFilm(spec: self, facts: facts)
        }
        let all = facts
        var facts = facts
        let mark = Self.mark(name)
        for (key, asset) in facts.assets where key.hasPrefix(mark) {
            facts.assets[String(key.dropFirst(mark.count))] = asset
        }
        var translation = Translation(language: name, own: ownLanguage), file = TextFile()
        let texts = SpecTexts.of(entry, try texts())
        if let path = entry.texts {
            guard facts.assets[path.value] != nil else {
                throw Diagnostics([SpecProblem.missingAsset(path.value, at: path.place).diagnostic])
            }
            let bytes: [UInt8]
            do { bytes = try readFile(path.value) } catch {
                let reason = (error as? Diagnostic)?.message ?? "\(error)"
                throw Diagnostics([
                    SpecProblem.unreadable(path.value, reason: reason, at: path.place).diagnostic
                ])
            }
            file = try TextFile(bytes, file: path.value)
        }
        let errors = translation.compare(texts, file)
        guard errors.isEmpty else { throw Diagnostics(errors.inFileOrder()) }
        let reader = Reader()
        let read = Self.document(source, language: name, texts: file, reader: reader)
        guard reader.errors.isEmpty, let read else { throw Diagnostics(reader.problems.inFileOrder()) }
        var spec = self
        (spec.document, spec.documents, spec.root, spec.scope) = read
        // Read for another language, a spec has the facts of that language's files alone.
        let known = self.language == nil ? all.assets : [:]
        noteKept(in: spec, &translation) { name, other in
            known[name].map { $0.digest == facts.assets[other]?.digest } ?? false
        }
        return LanguageFilm(spec: spec, facts: facts, translation: translation)
    }

    /// Before the names of files that only the film in this language uses, if facts are those of all languages.
    static func mark(_ language: String) -> String { language + ": " }

    /// Voices and captions of the spec's language that the film in another one uses too.
    /// - Parameter isSame: whether two files of different names, the second in the other language, have equal bytes.
    private func noteKept(
        in spec: ValidSpec, _ translation: inout Translation, isSame: (_ mine: String, _ theirs: String) -> Bool
    ) {
        // This spec may be read for the other language itself.
        let reader = Reader()
        guard let own = Self.document(source, language: nil, texts: nil, reader: reader)?.0 else { return }
        let other = spec.document
        func file(_ name: String, _ document: VideoSpec) -> String {
            document.assets.first { $0.name == name }?.value.file.value ?? name
        }
        let ducking = Set(own.audio.tracks.flatMap { $0.duck?.under.map(\.value) ?? [] })
        let hasCaptions =
            own.captions != nil || own.scenes.contains { $0.captions.from != nil || !$0.captions.cues.isEmpty }
        for (mine, theirs) in zip(own.audio.tracks, other.audio.tracks) {
            let says = !mine.says.lines.isEmpty || mine.says.from != nil
            let isVoice =
                says || ducking.contains(mine.asset.value) || (ducking.isEmpty && hasCaptions && !mine.loop)
            let name = file(mine.asset.value, own)
            let theirName = file(theirs.asset.value, other)
            guard isVoice, !name.isEmpty, name == theirName || isSame(mine.asset.value, theirs.asset.value) else {
                continue
            }
            translation.voices.append(Translation.Kept(file: theirName, place: theirs.asset.place))
        }
        var pairs = [(own.captions?.from, other.captions?.from)]
        pairs += zip(own.scenes, other.scenes).map { ($0.captions.from, $1.captions.from) }
        pairs += zip(own.audio.tracks, other.audio.tracks).map { ($0.says.from, $1.says.from) }
        for case (let mine?, let theirs?) in pairs
        where mine.value == theirs.value || isSame(mine.value, theirs.value) {
            translation.captions.append(Translation.Kept(file: theirs.value, place: theirs.place))
        }
    }
}

extension LanguageSpec {
    /// The tree with the files, fonts and the language of this entry, and with the texts of its file.
    /// - Returns: also the places of texts without a translation.
    func applied(to root: Node, language: String, texts: TextFile?) -> (root: Node, untranslated: Set<Place>) {
        var root = root, untranslated: Set<Place> = []
        func scalar(_ text: String, at place: Place) -> Node { Node(.scalar(text, isPlain: false), at: place) }
        if let texts {
            let entries = Dictionary(texts.entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
            root =
                SpecTexts { key, node, _ in
                    if let translated = entries[key]?.node { return translated }
                    // A text of placeholders alone says the same in every language, in the forms of each.
                    if let text = node.text, Placeholders.hasWords(text) { untranslated.insert(node.place) }
                    return node
                }.mapped(root)
        }
        let video = root["video"] ?? Node(.mapping([]), at: root.place)
        root = root.setting("video", to: video.setting("language", to: scalar(language, at: place)))
        if let captions {
            let file = scalar(captions.value, at: captions.place)
            let written = root["captions"]
            if let pairs = written?.pairs, var node = written {
                node.content = .mapping(pairs.filter { $0.name != "cues" })
                root = root.setting("captions", to: node.setting("from", to: file))
            } else {
                let key = scalar("from", at: captions.place)
                root = root.setting(
                    "captions", to: Node(.mapping([Node.Pair(key: key, value: file)]), at: captions.place))
            }
        }
        if !fonts.isEmpty, let theme = root["theme"] {
            var own = theme["fonts"] ?? Node(.mapping([]), at: theme.place)
            for font in fonts { own = own.setting(font.name, to: font.value.node) }
            root = root.setting("theme", to: theme.setting("fonts", to: own))
        }
        let named = Dictionary(files.map { ($0.name, $0.file) }, uniquingKeysWith: { first, _ in first })
        guard !named.isEmpty else { return (root, untranslated) }
        root = root.mapping { name, value in
            guard name == "assets" else { return value }
            return value.mapping { name, asset in
                guard let file = named[name] else { return asset }
                let path = scalar(file.value, at: file.place)
                guard asset.pairs != nil else { return path }
                // What the author says of the spec's own file, its digest above all, does not hold for another.
                var kept = asset.setting("file", to: path)
                kept.content = .mapping((kept.pairs ?? []).filter { $0.name != "sha256" })
                return kept
            }
        }
        root = FileNames { node in
            guard let text = node.text, let file = named[text] else { return node }
            return scalar(file.value, at: file.place)
        }.mapped(root)
        return (root, untranslated)
    }

    /// Reports names of `files` and `fonts` that the spec does not have.
    func checkNames(in root: Node, _ reader: Reader) {
        let assets = (root["assets"]?.pairs ?? []).map(\.name)
        var paths: [String] = []
        _ = FileNames { node in
            if let text = node.text, !assets.contains(text), !paths.contains(text) { paths.append(text) }
            return node
        }.mapped(root)
        let known = assets + paths
        for file in files where !known.contains(file.name) {
            reader.report(LanguageProblem.unknownFile(file.name, known: known, at: file.place).diagnostic)
        }
        let fonts = (root["theme"]?["fonts"]?.pairs ?? []).map(\.name)
        for font in self.fonts where !fonts.contains(font.name) {
            reader.report(LanguageProblem.unknownFont(font.name, known: fonts, at: font.place).diagnostic)
        }
    }
}

/// The scalars of a spec that name files in place.
private struct FileNames {
    var change: (Node) -> Node

    func mapped(_ root: Node) -> Node {
        root.mapping { name, value in
            switch name {
            case "scenes": value.mappingItems { _, scene in self.scene(scene) }
            case "captions": captions(value)
            case "words": value.mapping { $0 == "from" ? change($1) : $1 }
            case "audio":
                value.mapping { name, tracks in
                    guard name == "tracks" else { return tracks }
                    return tracks.mappingItems { _, track in
                        track.mapping { name, value in
                            switch name {
                            case "asset": change(value)
                            case "says": value.mapping { $0 == "from" ? change($1) : $1 }
                            case "duck":
                                value.mapping { name, under in
                                    guard name == "under" else { return under }
                                    return under.items == nil ? change(under) : under.mappingItems { change($1) }
                                }
                            default: value
                            }
                        }
                    }
                }
            default: value
            }
        }
    }

    private func scene(_ scene: Node) -> Node {
        scene.mapping { name, value in
            switch name {
            case "layers": value.mappingItems { _, layer in self.layer(layer) }
            case "captions": captions(value)
            case "by_format": value.mapping { _, fields in self.scene(fields) }
            default: value
            }
        }
    }

    private func layer(_ layer: Node) -> Node {
        layer.mapping { name, value in
            switch name {
            case "image", "video": change(value)
            case "group": value.mappingItems { _, child in self.layer(child) }
            case "by_format": value.mapping { _, fields in self.layer(fields) }
            default: value
            }
        }
    }

    private func captions(_ captions: Node) -> Node {
        captions.mapping { name, value in
            switch name {
            case "from": change(value)
            case "by_format": value.mapping { _, fields in self.captions(fields) }
            default: value
            }
        }
    }
}
