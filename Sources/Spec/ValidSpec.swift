// A spec whose structure is right: every field known and typed, props filled in, names declared. What needs the files
// themselves (their sizes, their captions) is not looked at here.
import Composition
import Diagnostics
import YAML

/// A file that the spec names, for whoever opens it.
public struct AssetReference: Sendable {
    /// The name under which the spec declares it, or its path where it is named in place: the key in `Facts.assets`.
    public var name: String
    /// Relative to the workspace.
    public var path: String
    public var place: Place
    /// What it may be, after how it is used.
    public var kinds: Set<AssetFacts.Kind>
}

public struct ValidSpec: Sendable {
    let document: VideoSpec
    let specName: String
    /// The spec as written, props filled in: where a field stands.
    let root: Node
    /// In the order of the spec; each path once under each of its names.
    public let references: [AssetReference]
    public let warnings: [Diagnostic]

    public var formats: [String] { document.formats.map(\.name) }
    /// The folder of approved pictures.
    public var baseline: String? { document.acceptance.baseline }

    /// - set: what `--set` gives, name to text.
    /// - Throws: everything that is wrong, in file order.
    public static func read(specText: String, specName: String, propsText: String? = nil, propsName: String = "props",
                            set: [String: String] = [:]) throws(Diagnostics) -> ValidSpec {
        try read(spec: Array(specText.utf8), specName: specName, props: propsText.map { Array($0.utf8) }, propsName: propsName, set: set)
    }

    /// The same for the bytes of files, which may be no text at all.
    public static func read(spec: [UInt8], specName: String, props: [UInt8]? = nil, propsName: String = "props",
                            set: [String: String] = [:]) throws(Diagnostics) -> ValidSpec {
        var problems: [Diagnostic] = []
        var root: Node?, propsNode: Node?
        do { root = try YAML.parse(bytes: spec, file: specName) } catch { problems += error.all }
        // An empty props file gives no props.
        if let props, props.contains(where: { $0 > 0x20 }) {
            do { propsNode = try YAML.parse(bytes: props, file: propsName) } catch { problems += error.all }
        }
        guard let root, problems.isEmpty else { throw Diagnostics(problems) }
        let reader = Reader()
        let read = document(root, props: propsNode, set: set, reader: reader)
        guard reader.errors.isEmpty, let (document, filled) = read else { throw Diagnostics(reader.problems.inFileOrder()) }
        let references = references(document, reader)
        return ValidSpec(document: document, specName: specName, root: filled, references: references, warnings: reader.problems.inFileOrder())
    }

    /// Where a field's value stands; the nearest that is written where it is not.
    func place(of path: String...) -> Place {
        var node = root
        for name in path {
            guard let next = node[name] else { break }
            node = next
        }
        return node.place
    }

    private static func document(_ root: Node, props: Node?, set: [String: String], reader: Reader) -> (VideoSpec, filled: Node)? {
        guard root.pairs != nil else {
            reader.report(.wrongType("", expected: "a mapping with version, video and scenes", found: root.kindName, hint: nil, at: root.place))
            return nil
        }
        // Props are read twice: here for their values, and with everything else for their own mistakes.
        let quiet = Reader()
        let declarations = root["props"].flatMap { Kind<[Entry<PropDeclaration>]>.table(PropDeclaration.kind, limit: 200).read($0, quiet) } ?? []
        reader.lists = declarations.filter { $0.value.type == .list }.map(\.name)
        let values = PropValues(declarations, file: props, set: set, reader: reader)
        let declared = Set((root["props"]?.pairs ?? []).map(\.name))
        let scope = Scope(values: values.values, broken: declared.subtracting(values.values.keys))
        let filled = Template(reader: reader).expanded(root, scope)
        declare(filled, in: reader)
        let document = VideoSpec.kind.read(filled, reader)
        if let document { check(document, reader) }
        return document.map { ($0, filled) }
    }

    /// Collects names before the rest is read.
    private static func declare(_ root: Node, in reader: Reader) {
        reader.assets = (root["assets"]?.pairs ?? []).map(\.name)
        reader.fonts = (root["theme"]?["fonts"]?.pairs ?? []).map(\.name) + ["sans-serif", "serif", "monospace"]
        let own = (root["theme"]?["styles"]?.pairs ?? []).map(\.name)
        reader.styles = own + Styles.builtIn.map(\.name).filter { !own.contains($0) }
        for pair in root["theme"]?["colors"]?.pairs ?? [] {
            guard let text = pair.value.text else { continue }
            // A colour that is wrong is reported where it is declared, not again wherever it is used.
            reader.colors[pair.name] = Color(hex: text) ?? Scalar.namedColors[text] ?? Styles.defaultAccent
        }
        // These two mean something even where the theme does not name them.
        if reader.colors["accent"] == nil { reader.colors["accent"] = Styles.defaultAccent }
        if reader.colors["text"] == nil { reader.colors["text"] = Color(red: 255, green: 255, blue: 255) }
    }

    /// Rules between fields that need no file.
    private static func check(_ document: VideoSpec, _ reader: Reader) {
        var ids: [String: Place] = [:]
        let rate = document.video.rate
        var total = 0
        let limit = Int(SpecLimits.seconds * rate.perSecond)
        for scene in document.scenes {
            let frames = scene.duration.value.frames(at: rate)
            if frames < 1, scene.duration.place.line > 0 { reader.report(.shortScene(scene.id.value, at: scene.duration.place)) }
            let isWithin = total <= limit
            total += max(0, frames)
            if isWithin, total > limit { reader.report(.longVideo(limit: "6 hours", at: scene.duration.place)) }
            guard scene.id.place.line > 0 else { continue }
            if let first = ids[scene.id.value] { reader.report(.duplicateScene(scene.id.value, first: first, at: scene.id.place)) }
            else { ids[scene.id.value] = scene.id.place }
        }
        if let cta = document.cta, let first = ids["cta"] { reader.report(.duplicateScene("cta", first: cta.place, at: first)) }
        Styles.checkCycles(document.theme, reader)
        for track in document.audio.tracks {
            guard let duck = track.duck else { continue }
            let others = document.audio.tracks.map(\.asset.value).filter { !$0.isEmpty }
            if duck.under.value == track.asset.value { reader.report(.duckSelf(at: duck.under.place)) }
            else if !others.contains(duck.under.value) {
                reader.report(.unknownName("track", duck.under.value, known: others, label: "tracks", at: duck.under.place))
            }
        }
        checkTransitions(document, reader)
    }

    private static func checkTransitions(_ document: VideoSpec, _ reader: Reader) {
        let rate = document.video.rate
        for (index, scene) in document.scenes.enumerated() {
            guard let transition = scene.transition, transition.form != .cut else { continue }
            var length = transition.length.frames(at: rate)
            let next: (name: String, frames: Int)
            if index + 1 < document.scenes.count {
                next = (document.scenes[index + 1].id.value, document.scenes[index + 1].duration.value.frames(at: rate))
            } else if let cta = document.cta {
                next = ("cta", cta.hold.value.frames(at: rate))
            } else {
                reader.report(.lastTransition(at: transition.place))
                continue
            }
            if case .fade = transition.form { length /= 2 }
            for (name, frames) in [(scene.id.value, scene.duration.value.frames(at: rate)), next] where length > frames && frames > 0 {
                reader.report(.longTransition(plainNumber(tidy(transition.length.seconds(at: rate))) + "s", scene: name, at: transition.place))
                break
            }
        }
    }

    private static func references(_ document: VideoSpec, _ reader: Reader) -> [AssetReference] {
        var kinds: [String: Set<AssetFacts.Kind>] = [:]
        for use in reader.uses { kinds[use.name, default: []].formUnion(use.kinds) }
        var all = document.assets.map { entry in
            if kinds[entry.name] == nil { reader.report(.unusedAsset(entry.name, at: entry.place)) }
            return AssetReference(name: entry.name, path: entry.value.file.value, place: entry.value.file.place,
                                  kinds: kinds[entry.name] ?? [.image, .video, .audio, .font, .text])
        }
        var known = Set(all.map(\.name))
        for use in reader.uses where known.insert(use.name).inserted {
            all.append(AssetReference(name: use.name, path: use.name, place: use.place, kinds: kinds[use.name] ?? use.kinds))
        }
        return all
    }
}
