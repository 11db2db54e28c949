// The spec as a whole, with its parts for sound, acceptance, assets and review.
import Composition
import Diagnostics
import YAML

struct TrackSpec: Sendable {
    struct Duck: Sendable {
        /// Empty only after an error, which is reported.
        var under: [Placed<String>] = []
        var by = 9.0
        var attack = Time.seconds(0.08)
        var release = Time.seconds(0.4)

        private static let names: Kind<[Placed<String>]> = {
            let list = Kind<[Placed<String>]>.list(Scalar.string.placed, limit: SpecLimits.tracks, atLeast: 1)
            return Kind(.any([Scalar.string.schema, list.schema])) { node, reader in
                node.items == nil ? Scalar.string.placed.read(node, reader).map { [$0] } : list.read(node, reader)
            }
        }()

        static let kind = Kind<Duck>.object(
            "duck", "Lowers this track while another one sounds", { _ in Duck() },
            [
                Field(
                    "under", \.under, names, required: true,
                    "The asset of the other track, or a list of assets; all tracks of these assets count",
                    example: "voice"),
                Field("by", \.by, Scalar.number(unit: "dB", 0...60), "Reduction", example: "12dB"),
                Field("attack", \.attack, Scalar.time(0...10), "Time to reach the reduction", example: "0.1s"),
                Field("release", \.release, Scalar.time(0...10), "Time to return", example: "0.5s"),
            ])
    }

    var place: Place
    var asset = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var gain = 0.0
    var at: Placed<Moment>?
    var start = Placed(value: Time.seconds(0), place: Place(file: "", line: 0, column: 0))
    var trim = Placed(value: Time.seconds(0), place: Place(file: "", line: 0, column: 0))
    var duration: Time?
    var until: Placed<Moment>?
    var fadeIn = Time.seconds(0)
    var fadeOut = Time.seconds(0)
    var loop = false
    var duck: Duck?
    var says = NarrationSpec()

    static let kind = Kind<TrackSpec>.object(
        "track", "A sound in the mix", { TrackSpec(place: $0) },
        [
            Field(
                "asset", \.asset, LayerSpec.asset([.audio, .video]), required: true,
                "An asset of the spec, or the path of a sound",
                example: "music"),
            Field("gain", \.gain, Scalar.number(unit: "dB", -120...40), "Change of its level", example: "-18dB"),
            Field(
                optional: "at", \.at, Scalar.moment,
                "The moment from which its times count. Tied to a scene, it moves with the scene, as a voice must; by "
                    + "default the start of the video",
                example: "scene.offer.start"),
            Field("start", \.start, Scalar.time.placed, "Time at which it begins, counted from `at`", example: "0.5s"),
            Field("trim", \.trim, Scalar.time.placed, "Start in the file", example: "12s"),
            Field(
                optional: "duration", \.duration, Scalar.duration,
                "Duration; by default to its end or the video's",
                example: "8s"),
            Field(
                optional: "until", \.until, Scalar.moment,
                "Latest end, such as the end of a scene (instead of `duration`)",
                example: "scene.offer.end"),
            Field("fade_in", \.fadeIn, Scalar.time, "Duration of the fade-in", example: "0.5s"),
            Field("fade_out", \.fadeOut, Scalar.time, "Duration of the fade-out", example: "2s"),
            Field("loop", \.loop, Scalar.bool, "Repeat it when it ends", example: "true"),
            Field(
                optional: "duck", \.duck, Duck.kind, "Lower it while another track sounds",
                example: "{ under: voice, by: 9dB }"),
            Field(
                "says", \.says, NarrationSpec.kind,
                "What a voice says in it: a text, a list of sentences, or `{ from: … }` for a text file. Proofreading "
                    + "compares it with captions and texts",
                example: "[Meet Aurora., It costs 149 dollars.]"),
        ],
        whole: { track, _, reader in
            if let until = track.until, track.duration != nil {
                reader.report(.either("duration", "until", at: until.place))
            }
        })
}

struct LoudnessSpec: Sendable {
    var integrated = -14.0
    var truePeak = -1.0
    static let kind = Kind<LoudnessSpec>.object(
        "loudness", "Loudness of the mix (ITU-R BS.1770)", { _ in LoudnessSpec() },
        [
            Field(
                "integrated", \.integrated, Scalar.number(unit: "LUFS", -70...0), "Integrated loudness",
                example: "-16LUFS"),
            Field(
                "true_peak", \.truePeak, Scalar.number(unit: "dBTP", -40...0), "Greatest true peak", example: "-1.5dBTP"
            ),
        ])
}

struct AudioSpec: Sendable {
    var tracks: [TrackSpec] = []
    var loudness: LoudnessSpec?
    static let kind = Kind<AudioSpec>.object(
        "audio", "The sound", { _ in AudioSpec() },
        [
            Field(
                "tracks", \.tracks, .list(TrackSpec.kind, limit: SpecLimits.tracks), "The sounds of the mix",
                example: "[{ asset: assets/bed.mp3 }]"),
            Field(
                optional: "loudness", \.loudness, LoudnessSpec.kind,
                "Target loudness of the mix; by default it is not changed",
                example: "{ integrated: -14LUFS }"),
        ])
}

/// A duration and its tolerance.
struct DurationGoal: Sendable {
    var seconds: Double
    var tolerance: Double

    static let kind = Kind<DurationGoal>(
        .any([
            .type("number", [("minimum", .number(0))]),
            .type(
                "string",
                [("pattern", .string("^ *\\+?\(Scalar.secondsPattern) *(?:± *\(Scalar.secondsPattern) *)?$|\\{\\{"))]),
        ])
    ) { node, reader in
        let parts = (node.text ?? "").split(separator: "±", omittingEmptySubsequences: false).map {
            $0.filter { $0 != " " }
        }
        let times = parts.map { part in Double(part).flatMap { $0.isFinite ? Time.seconds($0) : nil } ?? Time(part) }
        guard (1...2).contains(times.count), case .seconds(let seconds)? = times[0],
            case .seconds(let tolerance)? = times.count == 2 ? times[1] : .seconds(0.05),
            (0...SpecLimits.seconds).contains(seconds), (0...SpecLimits.seconds).contains(tolerance)
        else {
            reader.wrongType(node, expected: "a length such as 10s ± 0.1s")
            return nil
        }
        return DurationGoal(seconds: seconds, tolerance: tolerance)
    }
}

struct AcceptanceSpec: Sendable {
    var duration: DurationGoal?
    var maximumBytes: Int?
    var baseline: String?
    var sync: [Placed<Moment>] = []
    var profiles: [Placed<String>] = []
    var rules = RulesSpec()
    var checks = SeveritiesSpec()

    private static let folder = Kind<String>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "the path of a folder")
            return nil
        }
        return reader.path(text, isRead: false, at: node.place)
    }

    static let kind = Kind<AcceptanceSpec>.object(
        "acceptance", "Requirements for the finished file", { _ in AcceptanceSpec() },
        [
            Field(
                optional: "duration", \.duration, DurationGoal.kind, "Duration, for example 10s ± 0.1s",
                example: "10s ± 0.1s"),
            Field(
                optional: "max_bytes", \.maximumBytes, Scalar.byteCount, "Largest file, for example 20MB",
                example: "20MB"),
            Field(
                optional: "baseline", \.baseline, folder,
                "Folder of approved pictures, written by 'vgraph baseline accept', for example baselines/launch; films in a "
                    + "format or language add it, baselines/launch.tall.de, and those of rows by a template, "
                    + "baselines/{{sku}}",
                example: "baselines/launch"),
            Field(
                "sync", \.sync, .list(Scalar.moment, limit: 100),
                "Times at which picture and sound show the same event, such as a clap",
                example: "[scene.offer.start + 1.5s]"),
            Field(
                "profile", \.profiles, profiles,
                "Profiles whose rules apply: youtube, shorts, tiktok, reels, linkedin, broadcast, or one of "
                    + "pipelines/profiles; one or a list",
                example: "youtube"),
            Field(
                "rules", \.rules, RulesSpec.kind,
                "Rules of this video; they take precedence over those of its profiles",
                example: "{ caption_lines: { max: 2 } }"),
            Field(
                "checks", \.checks, SeveritiesSpec.kind,
                "Severity of a breach, by the check's id: off, warn or fail; `vgraph checks` lists the ids",
                example: "{ P09.zone: off }"),
        ])

    static let profiles = Kind<[Placed<String>]>(
        .any([
            .type("string"),
            .type("array", [("items", .object([("type", .string("string"))])), ("maxItems", .number(16))]),
        ])
    ) { node, reader in
        let items = node.items ?? [node]
        guard items.count <= 16 else {
            reader.report(.tooMany("profile", count: items.count, limit: 16, at: items[16].place))
            return nil
        }
        return items.compactMap { Scalar.string.placed.read($0, reader) }
    }
}

/// A file that the spec names, and its rights.
struct AssetSpec: Sendable {
    var place: Place
    var file = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var license: String?
    var credit: String?
    var generated = false
    var source: AssetSource?
    var sha256: Placed<String>?
    var focus: [CropPoint]?
    var keep: CropRect?

    /// What the author says; nil: nothing.
    var origin: AssetSource? { source ?? (generated ? .trained : nil) }

    private static let path = Kind<Placed<String>>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "a path")
            return nil
        }
        return reader.path(text, at: node.place).map { Placed(value: $0, place: node.place) }
    }

    private static let mapping = Kind<AssetSpec>.object(
        "asset", "A file and its rights", { AssetSpec(place: $0) },
        [
            Field(
                "file", \.file, path, required: true,
                "Its path, relative to the "
                    + "workspace", example: "assets/hero.jpg"),
            Field(
                optional: "license", \.license, Scalar.string, "The license under which it is used",
                example: "CC BY 4.0"),
            Field(optional: "credit", \.credit, Scalar.string, "Whom to credit", example: "Ann Example"),
            Field(
                "generated", \.generated, Scalar.bool, "Whether a model generated it: the same as `source: trained`",
                example: "true"),
            Field(
                optional: "source", \.source, Scalar.oneOf(),
                "Where a picture, clip or sound comes from: `captured` (a camera or microphone recorded it), `screen` "
                    + "(a screen was recorded), `drawn` (a person made it with tools that generate nothing), "
                    + "`algorithmic` (a program made it without a trained model), `trained` (a trained model made it "
                    + "or a part of it), `composite` (parts of several kinds, none from a trained model)",
                example: "captured"),
            Field(
                optional: "sha256", \.sha256, Scalar.sha256,
                "The SHA-256 of its bytes; a file with other bytes is an error",
                example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            Field(
                optional: "focus", \.focus, CropPoint.kind,
                "What must stay in view of a picture or clip wherever it is cropped, as in a layer",
                example: "[60%, 40%]"),
            Field(
                optional: "keep", \.keep, CropRect.kind,
                "The part of it that must not be cut off or covered by text, as in a layer",
                example: "[30%, 10%, 40%, 80%]"),
        ],
        whole: { asset, node, reader in
            if asset.generated, asset.source != nil {
                reader.report(.either("generated", "source", at: node["source"]?.place ?? asset.place))
            }
        })

    static let kind = Kind<AssetSpec>(.any([path.schema, mapping.schema])) { node, reader in
        if node.pairs != nil { return mapping.read(node, reader).flatMap { $0.file.value.isEmpty ? nil : $0 } }
        return path.read(node, reader).map { AssetSpec(place: node.place, file: $0) }
    }
}

struct ReviewSpec: Sendable {
    var claims: [LineSpec] = []
    static let kind = Kind<ReviewSpec>.object(
        "review", "Questions for reviewers", { _ in ReviewSpec() },
        [
            Field(
                "claims", \.claims, .list(LineSpec.kind, limit: 100),
                "Statements that must hold for the finished video",
                example: "[\"the price is legible for at least 2 s\"]")
        ])
}

struct VideoSpec: Sendable {
    var version = 1
    var video = VideoSettings()
    var props: [Entry<PropDeclaration>] = []
    var theme = ThemeSpec()
    var assets: [Entry<AssetSpec>] = []
    var scenes: [SceneSpec] = []
    var captions: CaptionsSpec?
    var audio = AudioSpec()
    var cta: CTASpec?
    var formats: [Entry<FormatSpec>] = []
    var languages = LanguagesSpec()
    var variants: VariantsSpec?
    var acceptance = AcceptanceSpec()
    var review = ReviewSpec()
    var numbers = NumbersSpec()
    var brief = BriefSpec()
    var words = WordsSpec()

    static let kind = Kind<VideoSpec>.object(
        "spec", "One video", { _ in VideoSpec() },
        [
            Field("version", \.version, version, required: true, "Version of this format: 1", example: "1"),
            Field(
                "brief", \.brief, BriefSpec.kind, "What the film is for: audience, promise, what it must say and show",
                example: "{ promise: Aurora gives your desk the light of the day. }"),
            Field(
                "video", \.video, VideoSettings.kind, "The picture as a whole",
                example: "{ size: 1920x1080, fps: 30 }"),
            Field(
                "props", \.props, .table(PropDeclaration.kind, limit: 200),
                "Typed parameters, used as {{name}} in any value",
                example: "{ product: { type: string, default: Aurora } }"),
            Field(
                "theme", \.theme, ThemeSpec.kind, "Fonts, colours and text styles by name",
                example: "{ colors: { accent: \"#7c5cff\" } }"),
            Field(
                "assets", \.assets, .table(AssetSpec.kind), "Files by name; paths are relative to the workspace",
                example: "{ hero: assets/hero.jpg }"),
            Field(
                "scenes", \.scenes, .list(SceneSpec.kind, limit: SpecLimits.scenes, atLeast: 1), required: true,
                "The scenes, in order",
                example: "[{ id: hook, duration: 3s }]"),
            Field(
                optional: "captions", \.captions, CaptionsSpec.kind,
                "Captions over all scenes: a list of cues, or a mapping",
                example: "{ from: assets/captions.vtt }"),
            Field(
                "audio", \.audio, AudioSpec.kind, "The sound",
                example: "{ tracks: [{ asset: assets/voice.wav }] }"),
            Field(
                optional: "cta", \.cta, CTASpec.kind, "A last card with a call to action",
                example: "{ text: Try it today }"),
            Field(
                "formats", \.formats, .table(FormatSpec.kind, limit: 32),
                "Other sizes of the video, by name; each may have profiles of its own",
                example: "{ tall: 1080x1920 }"),
            Field(
                "languages", \.languages, LanguagesSpec.kind,
                "Other languages of the film, by language tag: a file of texts, or a mapping; `default` is the "
                    + "language of the spec's own texts",
                example: "{ default: en, de: texts.de.yaml }"),
            Field(
                optional: "variants", \.variants, VariantsSpec.kind,
                "Films that differ in props, one for each row of a table",
                example: "{ from: data/products.csv, name: \"launch-{sku}\" }"),
            Field(
                "acceptance", \.acceptance, AcceptanceSpec.kind, "Requirements for the finished file",
                example: "{ duration: 10s ± 0.1s }"),
            Field(
                "review", \.review, ReviewSpec.kind, "Questions for reviewers",
                example: "{ claims: [\"the logo is seen\"] }"),
            Field(
                "numbers", \.numbers, NumbersSpec.kind,
                "`bound`: every number of texts, captions and narration must name its source; or a mapping with "
                    + "numbers that need none",
                example: "{ unbound: [\"2026\"] }"),
            Field(
                "words", \.words, WordsSpec.kind,
                "Words that the dictionaries do not have: a list, or `{ from: … }` for a file with one a line",
                example: "[Aurora, vgraph]"),
        ])

    private static let version = Kind<Int>(Schema([("const", .number(1))])) { node, reader in
        guard node.int == 1 else {
            reader.report(.version(node.text ?? node.kindName, at: node.place))
            return nil
        }
        return 1
    }
}

/// A node as a field's value, since a default can only be read when the type of its prop is known.
struct NodeBox: Sendable {
    var node: Node
    static let kind = Kind<NodeBox>(Schema([])) { node, _ in NodeBox(node: node) }
}

/// The JSON Schema (2020-12) of a spec, made from the description that also reads it.
public func schemaText() -> String { text(of: VideoSpec.kind.schema, root: "spec") }

/// The JSON Schema of a profile.
public func profileSchemaText() -> String { text(of: ProfileFile.kind.schema, root: "profile") }

private func text(of schema: Schema, root name: String) -> String {
    var root: [(String, JSON)] = []
    if case .object(let members)? = schema.definitions[name] { root = members }
    root.insert(
        contentsOf: [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .string("https://vgraph.invalid/schema/\(name)-1.json")), ("title", .string("vgraph " + name)),
        ], at: 0)
    let others = schema.definitions.filter { $0.key != name }.sorted { $0.key < $1.key }
    root.append(("$defs", .object(others.map { ($0.key, $0.value) })))
    return JSON.object(root).text() + "\n"
}
