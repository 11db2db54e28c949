// A spec with a valid structure: every field is known and typed, props are filled in, names are declared. Checks
// nothing that needs the files themselves (their sizes, their captions).
import Composition
import Diagnostics
import YAML

/// A file that the spec names, to be opened later.
public struct AssetReference: Sendable {
    /// The name under which the spec declares it, or its path if it is named in place: the key in `Facts.assets`.
    public var name: String
    /// Relative to the workspace.
    public var path: String
    public var place: Place
    /// The kinds that its uses allow.
    public var kinds: Set<AssetFacts.Kind>
    /// The SHA-256 that the spec pins, and where.
    public var pin: (sha256: String, place: Place)?
}

public struct ValidSpec: Sendable {
    var document: VideoSpec
    /// The document as each format has it; empty if none has values of its own.
    var documents: [String: VideoSpec]
    let specName: String
    /// The spec as written, with props filled in; gives the place of a field.
    var root: Node
    /// The values of `{{name}}`.
    var scope: Scope
    let source: SpecSource
    /// The other language that it was read for; nil: its own.
    public let language: String?
    /// The language that the spec is written in.
    public let ownLanguage: String
    /// The film that is chosen from the spec's matrix.
    public let choice: FilmChoice
    /// In the order of the spec; each path once for each of its names.
    public let references: [AssetReference]
    public let warnings: [Diagnostic]

    /// Errors for files in roots that are not declared.
    public func undeclared(_ roots: [String: String]) -> [Diagnostic] {
        references.compactMap { reference in
            guard let (root, _) = Folders.root(of: reference.path), roots[root] == nil else { return nil }
            return RootProblem.undeclared(root, file: reference.path, known: roots.keys.sorted(), at: reference.place)
                .diagnostic
        }
    }

    public var formats: [String] { document.formats.map(\.name) }
    /// The document with the values of a format; nil or empty: in the spec's own size.
    func document(for format: String?) -> VideoSpec { format.flatMap { documents[$0] } ?? document }

    /// The folder of approved pictures.
    public var baseline: String? { baseline(in: choice.format) }

    /// The folder of approved pictures of a film in a format. Films of other formats and languages show others, so each
    /// has a folder of its own; those of rows may have one by a template in its name.
    func baseline(in format: String?) -> String? {
        let language = choice.language.flatMap { $0 == ownLanguage ? nil : $0 }
        return document.acceptance.baseline.map {
            ([$0] + [format, language].compactMap(\.self).filter { !$0.isEmpty }).joined(separator: ".")
        }
    }

    /// - set: the values of `--set`, name to text.
    /// - Throws: all faults, in file order.
    public static func read(
        specText: String, specName: String, propsText: String? = nil, propsName: String = "props",
        set: [String: String] = [:], choice: FilmChoice = .own
    ) throws(Diagnostics) -> ValidSpec {
        try read(
            spec: Array(specText.utf8), specName: specName, props: propsText.map { Array($0.utf8) },
            propsName: propsName, set: set, choice: choice)
    }

    /// The same for the bytes of files, which may not be text.
    /// - choice: its language is one that the spec declares; the texts of that are read by `resolve`.
    public static func read(
        spec: [UInt8], specName: String, props: [UInt8]? = nil, propsName: String = "props",
        set: [String: String] = [:], choice: FilmChoice = .own
    ) throws(Diagnostics) -> ValidSpec {
        var problems: [Diagnostic] = []
        var root: Node?, propsNode: Node?
        do { root = try YAML.parse(bytes: spec, file: specName) } catch { problems += error.all }
        // An empty props file gives no props.
        if let props, props.contains(where: { $0 > 0x20 }) {
            do { propsNode = try YAML.parse(bytes: props, file: propsName) } catch { problems += error.all }
        }
        guard let root, problems.isEmpty else { throw Diagnostics(problems) }
        let source = SpecSource(root: root, props: propsNode, set: set, choice: choice)
        let reader = Reader()
        // The film in the spec's own language is read as it is, whatever name it is asked for by.
        let own = document(source, language: nil, texts: nil, reader: reader)
        guard reader.errors.isEmpty, let own else { throw Diagnostics(reader.problems.inFileOrder()) }
        let ownLanguage = own.document.video.language, languages = own.document.languages
        var chosen: String?
        if let language = choice.language, !language.isEmpty, language != ownLanguage {
            guard languages[language] != nil else {
                let known = [ownLanguage] + languages.others.map(\.name)
                throw Diagnostics([LanguageProblem.unknownLanguage(language, known: known).diagnostic])
            }
            chosen = language
        }
        var read = own, references: [AssetReference]
        if let chosen {
            (read, references) = try inLanguage(chosen, source)
        } else {
            references = Self.references(own.document, reader)
            for entry in languages.others {
                for var reference in try inLanguage(entry.name, source).references
                where !references.contains(where: { $0.name == reference.name && $0.path == reference.path }) {
                    if entry.value.texts?.value != reference.name {
                        reference.name = mark(entry.name) + reference.name
                    }
                    references.append(reference)
                }
            }
        }
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        return ValidSpec(
            document: read.document, documents: read.documents, specName: specName, root: read.filled,
            scope: read.scope, source: source,
            language: chosen, ownLanguage: ownLanguage, choice: choice, references: references,
            warnings: reader.problems.inFileOrder())
    }

    /// The spec in another language, with its own texts: enough for the files that the film uses.
    private static func inLanguage(_ language: String, _ source: SpecSource) throws(Diagnostics) -> (
        read: ReadSpec, references: [AssetReference]
    ) {
        let reader = Reader()
        guard let read = document(source, language: language, texts: TextFile(), reader: reader), reader.errors.isEmpty
        else {
            throw Diagnostics(reader.problems.inFileOrder())
        }
        var references = references(read.document, reader)
        if let texts = read.document.languages[language]?.texts,
            !references.contains(where: { $0.name == texts.value })
        {
            references.append(
                AssetReference(name: texts.value, path: texts.value, place: texts.place, kinds: [.text]))
        }
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        return (read, references)
    }

    /// The place of a field's value, or of the innermost enclosing value if the field is missing.
    func place(along path: [String]) -> Place {
        var node = root
        for name in path {
            guard let next = node[name] else { break }
            node = next
        }
        return node.place
    }

    /// Says of which props the default is taken since the film's row has an empty cell, unless nothing may stand there.
    private static func reportBlanks(of source: SpecSource, _ props: [Entry<PropDeclaration>], _ reader: Reader) {
        // A row is known by the columns that name its film, or else by some values.
        let values = source.choice.row ?? [:], pattern = source.root["variants"]?["name"]?.text ?? ""
        let naming = values.keys.filter { pattern.contains("{\($0)}") }
        let row = (naming.isEmpty ? Array(values.keys) : naming).sorted().prefix(2).map { "\($0) '\(values[$0]!)'" }
            .joined(separator: ", ")
        for name in source.choice.blanks ?? [] where source.set[name] == nil {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            guard let prop = props.first(where: { $0.name == parts[0] }) else { continue }
            let field = parts.count > 1 ? prop.value.fields?.first { $0.name == parts[1] } : prop
            guard let field, !field.value.allowsEmpty, parts.count > 1 || field.value.defaultValue != nil else {
                continue
            }
            reader.report(.emptyCell(name, row: row, at: field.place))
        }
    }

    typealias ReadSpec = (document: VideoSpec, documents: [String: VideoSpec], filled: Node, scope: Scope)

    /// - language: of the film; nil: the spec's own. texts: what it says there; nil: the spec's texts.
    static func document(_ source: SpecSource, language: String?, texts: TextFile?, reader: Reader)
        -> ReadSpec?
    {
        var root = source.root
        guard root.pairs != nil else {
            reader.report(
                .wrongType(
                    "", expected: "a mapping with version, video and scenes", found: root.kindName, hint: nil,
                    at: root.place))
            return nil
        }
        func fill(_ node: Node, _ scope: Scope) -> Node { Template(reader: Reader()).filled(node, scope) }
        // Props are read twice: here for their values, later with the whole spec for their faults.
        let quiet = Reader()
        let declarations =
            root["props"].flatMap {
                Kind<[Entry<PropDeclaration>]>.table(PropDeclaration.kind, limit: 200).read($0, quiet)
            } ?? []
        reader.lists = declarations.filter { $0.value.type == .list }.map(\.name)
        let values = PropValues(
            declarations, file: source.props, row: source.choice.row ?? [:], set: source.set, reader: reader)
        reportBlanks(of: source, declarations, reader)
        let declared = Set((root["props"]?.pairs ?? []).map(\.name))
        var scope = values.scope(broken: declared.subtracting(values.values.keys))
        let languages = root["languages"].flatMap { LanguagesSpec.kind.read(fill($0, scope), Reader()) }
        if let own = languages?.own, root["video"]?["language"] == nil {
            let video = root["video"] ?? Node(.mapping([]), at: own.place)
            let tag = Node(.scalar(own.value, isPlain: false), at: own.place)
            root = root.setting("video", to: video.setting("language", to: tag))
        }
        // `{{language}}`, unless the spec has a prop of that name.
        func name(_ language: String) {
            if !declared.contains("language") { scope.values["language"] = .string(language) }
        }
        name(languages?.own?.value ?? scope.language)
        if let language = root["video"]?["language"] {
            scope.language = fill(language, scope).text ?? scope.language
            if let own = languages?.own, own.value != scope.language {
                reader.report(
                    LanguageProblem.twoDefaults(own.value, video: scope.language, at: own.place).diagnostic)
            }
        }
        name(scope.language)
        scope.ownLanguage = scope.language
        for entry in languages?.others ?? [] {
            if entry.name == scope.language {
                reader.report(LanguageProblem.sameLanguage(entry.name, at: entry.place).diagnostic)
            }
            entry.value.checkNames(in: source.root, reader)
        }
        if let language, let entry = languages?[language] {
            (root, scope.untranslated) = entry.applied(to: root, language: language, texts: texts)
            scope.language = language
            name(language)
        }
        scope.add(source.choice)
        let filled = Template(reader: reader).expanded(root, scope)
        declare(filled, in: reader)
        // A file that a prop names is opened, whether it is shown or not.
        for use in reader.valueAssets {
            if let name = LayerSpec.assetName(use.name, at: use.place, reader) {
                reader.uses.append(Reader.Use(name: name, place: use.place, kinds: use.kinds))
            }
        }
        func read(_ names: [String]) -> VideoSpec? {
            let document = VideoSpec.kind.read(names.isEmpty ? filled : ByFormat.applied(names, to: filled), reader)
            if let document { check(document, reader) }
            return document
        }
        // Props may have any names.
        let named = (filled.pairs ?? []).filter { $0.name != "props" }
            .reduce(into: Set<String>()) { $0.formUnion(ByFormat.names(in: $1.value)) }
        guard !named.isEmpty else { return read([]).map { ($0, [:], filled, scope) } }
        return documents(named, filled, read).map { ($0, $1, filled, scope) }
    }

    /// Reads the spec as each of its formats has it, and for each shape that has values but no format, whose faults
    /// would otherwise appear only with the format that is added next.
    private static func documents(_ named: Set<String>, _ root: Node, _ read: ([String]) -> VideoSpec?) -> (
        VideoSpec, [String: VideoSpec]
    )? {
        let quiet = Reader()
        let size = root["video"]?["size"].flatMap { Scalar.size.read($0, quiet) } ?? VideoSettings().size
        let formats =
            root["formats"].flatMap { Kind<[Entry<FormatSpec>]>.table(FormatSpec.kind, limit: 32).read($0, quiet) }
            ?? []
        var documents: [String: VideoSpec] = [:]
        let own = read([Orientation(size).rawValue])
        var shapes: Set<String> = [Orientation(size).rawValue]
        for format in formats {
            let shape = Orientation(format.value.size).rawValue
            shapes.insert(shape)
            documents[format.name] = read(format.name == shape ? [shape] : [shape, format.name])
        }
        for shape in Orientation.allCases.map(\.rawValue) where named.contains(shape) && !shapes.contains(shape) {
            _ = read([shape])
        }
        return own.map { ($0, documents) }
    }

    /// Collects names before the rest is read.
    private static func declare(_ root: Node, in reader: Reader) {
        reader.formats = (root["formats"]?.pairs ?? []).map(\.name)
        reader.assets = (root["assets"]?.pairs ?? []).map(\.name)
        reader.fonts = (root["theme"]?["fonts"]?.pairs ?? []).map(\.name) + ["sans-serif", "serif", "monospace"]
        let own = (root["theme"]?["styles"]?.pairs ?? []).map(\.name)
        reader.styles = own + Styles.builtIn.map(\.name).filter { !own.contains($0) }
        for pair in root["theme"]?["colors"]?.pairs ?? [] {
            guard let text = pair.value.text else { continue }
            // An invalid colour is reported only where it is declared, not at each use.
            reader.colors[pair.name] = Color(hex: text) ?? Scalar.namedColors[text] ?? Styles.defaultAccent
        }
        // These two have defaults.
        if reader.colors["accent"] == nil { reader.colors["accent"] = Styles.defaultAccent }
        if reader.colors["text"] == nil { reader.colors["text"] = Color(red: 255, green: 255, blue: 255) }
    }

    /// Rules between fields that need no file.
    private static func check(_ document: VideoSpec, _ reader: Reader) {
        var ids: [String: Place] = [:]
        let rate = document.video.rate
        var clock = SceneClock(rate: rate)
        let limit = Int(SpecLimits.seconds * rate.perSecond)
        for scene in document.scenes {
            let isWithin = clock.frame <= limit
            let frames = clock.next(scene.duration.value).frames
            if frames < 1, scene.duration.place.line > 0 {
                reader.report(.shortScene(scene.id.value, at: scene.duration.place))
            }
            if isWithin, clock.frame > limit { reader.report(.longVideo(limit: "6 hours", at: scene.duration.place)) }
            guard scene.id.place.line > 0 else { continue }
            if let first = ids[scene.id.value] {
                reader.report(.duplicateScene(scene.id.value, first: first, at: scene.id.place))
            } else {
                ids[scene.id.value] = scene.id.place
            }
        }
        if let cta = document.cta, let first = ids["cta"] {
            reader.report(.duplicateScene("cta", first: cta.place, at: first))
        }
        if let cta = document.cta, let url = cta.url, let reason = WebAddress.fault(of: url) {
            reader.report(.badAddress(url, reason: reason, at: cta.place))
        }
        Styles.checkCycles(document.theme, reader)
        for format in document.formats {
            let shape = Orientation(format.value.size)
            if let named = Orientation(rawValue: format.name), named != shape {
                reader.report(.formatClass(format.name, class: shape.rawValue, at: format.place))
            }
        }
        for track in document.audio.tracks {
            guard let duck = track.duck else { continue }
            let others = document.audio.tracks.map(\.asset.value).filter { !$0.isEmpty }
            for under in duck.under {
                if under.value == track.asset.value {
                    reader.report(.duckSelf(at: under.place))
                } else if !others.contains(under.value) {
                    reader.report(.unknownName(.track, under.value, known: others, label: "tracks", at: under.place))
                }
            }
        }
        document.checkMoments(reader)
        checkTransitions(document, reader)
    }

    private static func checkTransitions(_ document: VideoSpec, _ reader: Reader) {
        let rate = document.video.rate
        var clock = SceneClock(rate: rate)
        let frames = document.scenes.map { clock.next($0.duration.value).frames }
        for (index, scene) in document.scenes.enumerated() {
            guard let transition = scene.transition, transition.form != .cut else { continue }
            var length = transition.length.frames(at: rate)
            let next: (name: String, frames: Int)
            if index + 1 < document.scenes.count {
                next = (document.scenes[index + 1].id.value, frames[index + 1])
            } else if let cta = document.cta {
                next = ("cta", clock.next(cta.hold.value).frames)
            } else {
                reader.report(.lastTransition(at: transition.place))
                continue
            }
            if case .fade = transition.form { length /= 2 }
            for (name, frames) in [(scene.id.value, frames[index]), next] where length > frames && frames > 0 {
                reader.report(
                    .longTransition(
                        plainNumber(tidy(transition.length.seconds(at: rate))) + "s", scene: name, at: transition.place)
                )
                break
            }
        }
    }

    private static func references(_ document: VideoSpec, _ reader: Reader) -> [AssetReference] {
        var kinds: [String: Set<AssetFacts.Kind>] = [:]
        for use in reader.uses { kinds[use.name, default: []].formUnion(use.kinds) }
        var all = document.assets.map { entry in
            if kinds[entry.name] == nil { reader.report(.unusedAsset(entry.name, at: entry.place)) }
            return AssetReference(
                name: entry.name, path: entry.value.file.value, place: entry.value.file.place,
                kinds: kinds[entry.name] ?? [.image, .video, .audio, .font, .text],
                pin: entry.value.sha256.map { ($0.value, $0.place) })
        }
        var known = Dictionary(all.map { ($0.name, $0.name) }, uniquingKeysWith: { first, _ in first })
        for use in reader.uses {
            // Results use these names as keys, and readers of JSON may treat names that look alike as equal.
            if let other = known[use.name] {
                if !other.isSameBytes(use.name) { reader.report(.sameLook(use.name, at: use.place)) }
                continue
            }
            known[use.name] = use.name
            all.append(
                AssetReference(name: use.name, path: use.name, place: use.place, kinds: kinds[use.name] ?? use.kinds))
        }
        return all
    }
}
