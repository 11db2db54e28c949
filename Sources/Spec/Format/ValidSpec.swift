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
    let document: VideoSpec
    let specName: String
    /// The spec as written, with props filled in; gives the place of a field.
    let root: Node
    /// The values of `{{name}}`.
    let scope: Scope
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
    /// The folder of approved pictures.
    public var baseline: String? { document.acceptance.baseline }

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
        let reader = Reader()
        let read = document(root, props: propsNode, set: set, choice: choice, reader: reader)
        guard reader.errors.isEmpty, let (document, filled, scope) = read else {
            throw Diagnostics(reader.problems.inFileOrder())
        }
        let references = references(document, reader)
        guard reader.errors.isEmpty else { throw Diagnostics(reader.problems.inFileOrder()) }
        return ValidSpec(
            document: document, specName: specName, root: filled, scope: scope, choice: choice,
            references: references, warnings: reader.problems.inFileOrder())
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

    private static func document(
        _ root: Node, props: Node?, set: [String: String], choice: FilmChoice, reader: Reader
    ) -> (VideoSpec, filled: Node, Scope)? {
        guard root.pairs != nil else {
            reader.report(
                .wrongType(
                    "", expected: "a mapping with version, video and scenes", found: root.kindName, hint: nil,
                    at: root.place))
            return nil
        }
        // Props are read twice: here for their values, later with the whole spec for their faults.
        let quiet = Reader()
        let declarations =
            root["props"].flatMap {
                Kind<[Entry<PropDeclaration>]>.table(PropDeclaration.kind, limit: 200).read($0, quiet)
            } ?? []
        reader.lists = declarations.filter { $0.value.type == .list }.map(\.name)
        let values = PropValues(declarations, file: props, row: choice.row ?? [:], set: set, reader: reader)
        let declared = Set((root["props"]?.pairs ?? []).map(\.name))
        var scope = values.scope(broken: declared.subtracting(values.values.keys))
        if let language = root["video"]?["language"] {
            scope.language = Template(reader: Reader()).filled(language, scope).text ?? scope.language
        }
        scope.add(choice)
        let filled = Template(reader: reader).expanded(root, scope)
        declare(filled, in: reader)
        let document = VideoSpec.kind.read(filled, reader)
        if let document { check(document, reader) }
        return document.map { ($0, filled, scope) }
    }

    /// Collects names before the rest is read.
    private static func declare(_ root: Node, in reader: Reader) {
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
        Styles.checkCycles(document.theme, reader)
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
