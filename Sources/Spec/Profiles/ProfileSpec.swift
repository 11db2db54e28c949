// A profile as it is written: `pipelines/profiles/NAME.yaml`. Every rule names its source, and every source the day it
// was read, since platforms change their rules.
import Composition
import Diagnostics
import YAML

struct LimitSpec: Sendable {
    var place: Place
    var least: Double?
    var most: Double?
    var source: Placed<String>?

    static func kind(_ unit: Profile.Rule.Unit) -> Kind<LimitSpec> {
        let value = Self.value(unit)
        return Kind<LimitSpec>.object(
            "limit-" + Self.name(unit), "Limits of a number", { LimitSpec(place: $0) },
            [
                Field(optional: "min", \.least, value, "At least", example: "1"),
                Field(optional: "max", \.most, value, "At most", example: "20"),
                Field(
                    optional: "source", \.source, Scalar.string.placed,
                    "One of the profile's sources; not allowed in a spec", example: "house"),
            ],
            whole: { limit, node, reader in
                if node["min"] == nil, node["max"] == nil {
                    reader.report(ProfileProblem.emptyLimit(rule: reader.field, at: node.place).diagnostic)
                }
                if let least = limit.least, let most = limit.most, least > most {
                    reader.report(ProfileProblem.backwards(rule: reader.field, at: node.place).diagnostic)
                }
            })
    }

    private static func name(_ unit: Profile.Rule.Unit) -> String {
        switch unit {
        case .perSecond: "fps"
        case .bitsPerSecond: "bits"
        case .percent: "percent"
        case .ratio: "ratio"
        case .count: "count"
        case .pixels: "pixels"
        case .hertz: "hertz"
        case .lufs: "loudness"
        case .dbtp: "peak"
        case .bytes: "bytes"
        case .seconds: "seconds"
        case .frames: "frames"
        }
    }

    private static func value(_ unit: Profile.Rule.Unit) -> Kind<Double> {
        switch unit {
        case .bytes: Scalar.byteCount.map { Double($0) }
        case .seconds:
            Kind<Double>(Scalar.time.schema) { node, reader in
                guard let time = Scalar.time.read(node, reader) else { return nil }
                if case .seconds(let seconds) = time { return seconds }
                reader.wrongType(node, expected: "a time that is not counted in frames")
                return nil
            }
        case .lufs: Scalar.number(unit: "LUFS", -70...0)
        case .dbtp: Scalar.number(unit: "dBTP", -40...0)
        case .percent: Scalar.number(unit: "%", 0...100)
        case .ratio:
            Kind<Double>(.any([.type("number"), .type("string", [("pattern", .string("^[0-9.]+:[0-9.]+$"))])])) {
                node, reader in
                let parts = (node.text ?? "").split(separator: ":").map { Double($0) ?? .nan }
                let value = node.double ?? (parts.count == 2 ? parts[0] / parts[1] : .nan)
                guard value.isFinite, (0.01...100).contains(value) else {
                    reader.wrongType(node, expected: "a ratio such as 9:16 or 4.5")
                    return nil
                }
                return value
            }
        case .frames, .pixels, .perSecond, .bitsPerSecond, .hertz, .count: Scalar.number(0...1e12)
        }
    }
}

struct ChoiceSpec: Sendable {
    var place: Place
    var values: [String] = []
    var source: Placed<String>?
    static let kind = Kind<ChoiceSpec>.object(
        "choice", "One of several values", { ChoiceSpec(place: $0) },
        [
            Field(
                "is", \.values, .list(Scalar.string, limit: 32, atLeast: 1), required: true, "The allowed values",
                example: "[mp4, mov]"),
            Field(
                optional: "source", \.source, Scalar.string.placed,
                "One of the profile's sources; not allowed in a spec", example: "house"),
        ])
}

struct ZoneSpec: Sendable {
    var place: Place
    var aspect = PixelSize(width: 16, height: 9)
    var left = 0.0, top = 0.0, right = 0.0, bottom = 0.0
    var source: Placed<String>?

    static let kind = Kind<ZoneSpec>.object(
        "zone", "Edges of the picture that a player's controls cover", { ZoneSpec(place: $0) },
        [
            Field(
                "aspect", \.aspect, aspect, required: true, "Aspect ratio of the frames it applies to: 9:16",
                example: "\"9:16\""),
            Field("left", \.left, Scalar.fraction(0...0.5), "Share of the width", example: "10%"),
            Field("right", \.right, Scalar.fraction(0...0.5), "Share of the width", example: "10%"),
            Field("top", \.top, Scalar.fraction(0...0.5), "Share of the height", example: "10%"),
            Field("bottom", \.bottom, Scalar.fraction(0...0.5), "Share of the height", example: "10%"),
            Field(
                optional: "source", \.source, Scalar.string.placed,
                "One of the profile's sources; not allowed in a spec", example: "house"),
        ])

    private static let aspect = Kind<PixelSize>(.type("string", [("pattern", .string("^[0-9]+:[0-9]+$"))])) {
        node, reader in
        let parts = (node.text ?? "").split(separator: ":").map { Int($0) ?? 0 }
        guard parts.count == 2, parts.allSatisfy({ (1...1000).contains($0) }) else {
            reader.wrongType(node, expected: "a ratio such as 9:16")
            return nil
        }
        return PixelSize(width: parts[0], height: parts[1])
    }
}

/// The rules of a profile, or of a spec itself.
struct RulesSpec: Sendable {
    var limits: [Profile.Rule: LimitSpec] = [:]
    var picks: [Profile.Pick: ChoiceSpec] = [:]
    var readingSpeed: [Entry<LimitSpec>] = []
    var zones: [ZoneSpec] = []
    var assets: ChoiceSpec?
    var generated: ChoiceSpec?

    static let kind = Kind<RulesSpec>.object(
        "rules", "Rules of a profile", { _ in RulesSpec() },
        Profile.Rule.allCases.map { rule in
            Field(
                optional: rule.rawValue, \.limits[rule], LimitSpec.kind(rule.unit), rule.summary, example: "{ max: 20 }"
            )
        } + [
            Field(
                optional: "container", \.picks[.container], ChoiceSpec.kind, "Container: mp4, mov, webm",
                example: "{ is: [mp4] }"),
            Field(
                optional: "video_codec", \.picks[.videoCodec], ChoiceSpec.kind,
                "Codec of the pictures, as libav names it: h264, hevc, vp8, vp9", example: "{ is: [h264] }"),
            Field(
                optional: "audio_codec", \.picks[.audioCodec], ChoiceSpec.kind,
                "Codec of the sound, as libav names it: aac", example: "{ is: [aac] }"),
            Field(
                "reading_speed", \.readingSpeed, .table(LimitSpec.kind(.count), limit: 200),
                "Characters a second of captions, by language; 'other' is every other language",
                example: "{ en: { max: 20 } }"),
            Field(
                "zones", \.zones, .list(ZoneSpec.kind, limit: 32),
                "Edges of the picture that a player's controls cover",
                example: "[{ aspect: \"9:16\", bottom: 20% }]"),
            Field(
                optional: "assets", \.assets, ChoiceSpec.kind, "Fields that every asset must have: license, credit",
                example: "{ is: [license] }"),
            Field(
                optional: "generated_label", \.generated, ChoiceSpec.kind,
                "Whether generated media must be labelled: required", example: "{ is: [required] }"),
        ])

    /// - source: describes the source of a rule; nil if it is missing, which has been reported.
    func profile(_ source: (_ rule: String, _ named: Placed<String>?, _ place: Place) -> String?) -> Profile {
        var profile = Profile()
        func limit(_ name: String, _ spec: LimitSpec) -> Profile.Limit? {
            source(name, spec.source, spec.place).map { Profile.Limit(least: spec.least, most: spec.most, source: $0) }
        }
        func choice(_ name: String, _ spec: ChoiceSpec) -> Profile.Choice? {
            source(name, spec.source, spec.place).map { Profile.Choice(values: spec.values, source: $0) }
        }
        for (rule, spec) in limits { profile.limits[rule] = limit(rule.rawValue, spec) }
        for (pick, spec) in picks { profile.picks[pick] = choice(pick.rawValue, spec) }
        for entry in readingSpeed {
            profile.readingSpeed[entry.name] = limit("reading_speed." + entry.name, entry.value)
        }
        profile.zones = zones.compactMap { zone in
            source("zones", zone.source, zone.place).map {
                Profile.Zone(
                    aspect: zone.aspect, left: zone.left, top: zone.top, right: zone.right, bottom: zone.bottom,
                    source: $0)
            }
        }
        profile.assets = assets.flatMap { choice("assets", $0) }
        profile.generatedLabel = generated.flatMap { source("generated_label", $0.source, $0.place) }
        return profile
    }
}

/// `checks: { P05.lines: warn, D08: off }`
struct SeveritiesSpec: Sendable {
    var all: [Entry<Profile.Severity>] = []

    static let kind: Kind<SeveritiesSpec> = {
        let severity: Kind<Profile.Severity> = Scalar.oneOf()
        let schema = Schema(
            [
                ("type", .string("object")), ("additionalProperties", .object(severity.schema.json)),
                ("propertyNames", .object([("pattern", .string("^[A-Z][0-9]{2}([.][a-z_]+)?$"))])),
            ], definitions: severity.schema.definitions)
        return Kind<SeveritiesSpec>(schema) { node, reader in
            guard let pairs = node.pairs else {
                reader.wrongType(node, expected: "a mapping such as { P05.lines: warn }")
                return nil
            }
            return SeveritiesSpec(
                all: pairs.prefix(200).compactMap { pair in
                    reader.inField(pair.name) {
                        severity.read(pair.value, reader).map {
                            Entry(name: pair.name, place: pair.key.place, value: $0)
                        }
                    }
                })
        }
    }()

    func severities(known: [String], _ reader: Reader) -> [String: Profile.Severity] {
        var found: [String: Profile.Severity] = [:]
        for entry in all {
            if known.contains(entry.name) {
                found[entry.name] = entry.value
            } else {
                reader.report(ProfileProblem.unknownCheck(entry.name, known: known, at: entry.place).diagnostic)
            }
        }
        return found
    }
}

struct ProfileFile: Sendable {
    struct Source: Sendable {
        enum Grade: String, Sendable, CaseIterable { case primary, secondary }
        var title = ""
        var read = ""
        var grade = Grade.primary
        static let kind = Kind<Source>.object(
            "source", "The source of a rule", { _ in Source() },
            [
                Field("is", \.title, Scalar.string, required: true, "Its title, and where to find it"),
                Field("read", \.read, date, required: true, "The day it was read: 2026-11-22"),
                Field(
                    "grade", \.grade, Scalar.oneOf(),
                    "primary: published by the rule's owner; secondary: quoted by others"),
            ])

        private static let date = Kind<String>(.type("string", [("pattern", .string("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]))
        { node, reader in
            let text = node.text ?? "",
                parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard text.utf8.count == 10, parts.count == 3, (1900...2999).contains(parts[0]),
                (1...12).contains(parts[1]), (1...31).contains(parts[2])
            else {
                reader.report(ProfileProblem.badDate(text, at: node.place).diagnostic)
                return nil
            }
            return text
        }
    }

    var name = Placed(value: "", place: Place(file: "", line: 0, column: 0))
    var title = ""
    var sources: [Entry<Source>] = []
    var rules = RulesSpec()
    var checks = SeveritiesSpec()

    static let kind = Kind<ProfileFile>.object(
        "profile", "Rules of a platform, a broadcaster or a company", { _ in ProfileFile() },
        [
            Field("profile", \.name, Scalar.string.placed, required: true, "Its name, equal to the file's"),
            Field("title", \.title, Scalar.string, "Its name for people"),
            Field(
                "sources", \.sources, .table(Source.kind, limit: 100),
                "Sources of the rules, by a name of your choice"),
            Field("rules", \.rules, RulesSpec.kind, "The rules"),
            Field(
                "checks", \.checks, SeveritiesSpec.kind, "Severity of a breach, by the check's id: off, warn or fail"),
        ])
}
